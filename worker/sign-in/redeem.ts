import type { Account } from '../accounts/account.ts';
import {
  type AccountStatus,
  accountStatusOf,
  findAccount,
  findByAddress,
  newcomerAt,
  newcomerOf,
} from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import { recordActivity } from '../activity/record.ts';
import { type Code, parseCode } from '../crypto/code.ts';
import { sameText } from '../crypto/hash.ts';
import type { Db } from '../db/client.ts';
import type { Stores } from '../db/stores.ts';
import { countTry } from '../limits/limiter.ts';
import {
  CODES_PER_ADDRESS,
  CODES_PER_LINK,
  CODES_PER_REQUEST,
  type Rule,
} from '../limits/rules.ts';
import type { Proof } from '../sessions/proof.ts';
import { parseEmail } from '../values/email-address.ts';
import type { SignInDeps } from './deps.ts';
import { emailCodesFor } from './email-code.ts';
import { findMagicLink, linkExpired, type MagicLink } from './magic-link.ts';
import { requestExpired, type SignInRequest, verifierHashOf } from './request.ts';
import { epochsSentTo } from './sent-links.ts';

/** Why a code was refused: not six of the characters, too old, not right, or too many were tried. */
export type CodeRefusal = { ok: false; why: 'malformed' | 'lapsed' | 'wrong' | 'locked' };

/** A proof that came by mail. */
type MailedProof = Exclude<Proof, { method: 'password' }>;

export type CodeResult = { ok: true; proof: MailedProof } | CodeRefusal;

/** How a link stands when somebody opens it without being able to use it at once. */
export type LinkStatus = 'open' | 'expired' | 'used' | 'access-off' | 'gone';

/** Whether this browser is the one that asked for the link: then opening it is enough. */
export async function isRequestingBrowser(
  link: MagicLink,
  request: SignInRequest | null,
): Promise<boolean> {
  return request !== null && sameText(await verifierHashOf(request), link.verifierHash);
}

/**
 * The proof that holding a link is; null once it has expired, or when its newcomer is no longer admitted.
 * `start` decides whether it is still good.
 */
export function proveByLink(realm: Realm, link: MagicLink, now: number): MailedProof | null {
  const { account, epoch, next } = link;
  if (linkExpired(link, now)) return null;
  if (account.kind === 'newcomer' && newcomerOf(realm, account) === null) return null;
  return { account, epoch, next, method: 'link' };
}

/** How a link stands, by the account's row in D1 and never by what KV says. Consumes nothing. */
export async function inspectLink(
  db: Db,
  realm: Realm,
  link: MagicLink,
  now: number,
): Promise<LinkStatus> {
  const { account } = link;
  const status = accountStatusOf(await findAccount(db, account), newcomerOf(realm, account));
  if (status === null) return 'gone';
  if (!status.open) return 'access-off';
  if (status.epoch !== link.epoch) return 'used';
  return linkExpired(link, now) ? 'expired' : 'open';
}

/** The code of the mail, typed in the browser that asked. Counted in D1 before it is judged. */
export async function proveByCode(
  deps: SignInDeps,
  realm: Realm,
  request: SignInRequest,
  typed: string,
  now: number,
): Promise<CodeResult> {
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  if (requestExpired(request, now)) return { ok: false, why: 'lapsed' };

  const verifierHash = await verifierHashOf(request);
  const mine = await countTry(deps.db, CODES_PER_REQUEST, verifierHash, now);
  // beyond its own limit a browser no longer counts against the address: alone it cannot lock one
  if (mine.length === 0) return { ok: false, why: 'locked' };

  const { found, newcomer } = await findAsked(deps, realm, request);
  const { addressKey } = request;
  const [everybodys, rows, sent] = await deps.db.batch([
    countTry(deps.db, CODES_PER_ADDRESS, addressKey, now),
    found,
    epochsSentTo(deps.db, { addressKey, verifierHash }, now),
  ]);
  const status = accountStatusOf(rows, newcomer);
  if (everybodys.length === 0) return { ok: false, why: 'locked' };
  // an unknown address goes through the same motions: the code is computed, and cannot match
  const judged = status ?? nobodyStanding();
  const alive = sent.some(({ epoch }) => epoch === judged.epoch);
  const matches = await isCode(deps, code, verifierHash, judged);
  if (status?.open && alive && matches) {
    const { account, epoch } = status;
    const { next } = request;
    return { ok: true, proof: { account, epoch, next, method: 'code' } };
  }
  const isLast = isExhausted(mine, CODES_PER_REQUEST) || isExhausted(everybodys, CODES_PER_ADDRESS);
  if (isLast) recordCodeLocked(deps, status?.account ?? null, now);
  return { ok: false, why: 'wrong' };
}

/**
 * The code of the mail, typed beside its link where a button would not do: on a network whose mail
 * scanners press buttons. Who holds the link is no stranger, so it has a count of its own, which
 * nobody without the link can use up.
 */
export async function proveByLinkAndCode(
  deps: SignInDeps,
  realm: Realm,
  link: MagicLink,
  typed: string,
  now: number,
): Promise<CodeResult> {
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  const proof = proveByLink(realm, link, now);
  if (proof === null) return { ok: false, why: 'lapsed' };
  const { verifierHash, account } = link;
  const counted = await countTry(deps.db, CODES_PER_LINK, verifierHash, now);
  if (counted.length === 0) return { ok: false, why: 'locked' };
  if (await isCode(deps, code, verifierHash, proof)) return { ok: true, proof };
  if (isExhausted(counted, CODES_PER_LINK)) recordCodeLocked(deps, account, now);
  return { ok: false, why: 'wrong' };
}

/** The statement that finds whom a browser asked for: by the address it typed, or by the link it renewed. */
async function findAsked({ db, tokens }: Stores, realm: Realm, { renews, shown }: SignInRequest) {
  const renewed = renews === null ? null : await findMagicLink(tokens, realm, renews);
  if (renewed !== null) {
    const { account } = renewed;
    return { found: findAccount(db, account), newcomer: newcomerOf(realm, account) };
  }
  // what a renewal shows is masked: never an address to look up
  const email = renews === null ? parseEmail(shown) : null;
  const found = findByAddress(db, realm, email ?? NOBODY);
  return { found, newcomer: newcomerAt(realm, email) };
}

const NOBODY = { address: '', key: '' };

function nobodyStanding(): AccountStatus {
  return { account: { kind: 'newcomer', email: NOBODY }, address: '', epoch: -1, open: false };
}

async function isCode(
  { keyring }: Stores,
  code: Code,
  verifierHash: string,
  { account, epoch }: { account: Account; epoch: number },
): Promise<boolean> {
  const codes = await emailCodesFor(keyring, verifierHash, account, epoch);
  return codes.some((candidate) => sameText(candidate, code));
}

/** A contact's activity has that a limit on codes is used up. */
function recordCodeLocked({ db, later }: SignInDeps, account: Account | null, now: number): void {
  if (account?.kind !== 'contact') return;
  const { workspace, id: contact } = account;
  later('record a locked code', async () => {
    await recordActivity(db, { kind: 'code_locked', workspace, contact }, now);
  });
}

/** Whether this try was the last that its rule allows. */
function isExhausted(counted: { count: number }[], rule: Rule): boolean {
  return counted.some(({ count }) => count >= rule.most);
}
