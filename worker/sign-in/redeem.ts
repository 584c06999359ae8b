import { and, eq, gt } from 'drizzle-orm';
import type { Account } from '../accounts/account.ts';
import {
  findAccount,
  findByAddress,
  newcomerAt,
  newcomerOf,
  type SignInDoor,
  type Standing,
  standingOf,
} from '../accounts/find.ts';
import { sameText } from '../crypto/hash.ts';
import type { Db } from '../db/client.ts';
import { activity } from '../db/schema.ts';
import { countTry } from '../limits/limiter.ts';
import {
  CODES_PER_ADDRESS,
  CODES_PER_ATTEMPT,
  CODES_PER_LINK,
  LINK_LIFETIME,
  type Rule,
} from '../limits/rules.ts';
import type { Proof } from '../sessions/proof.ts';
import { parseEmail } from '../values/email-address.ts';
import { type Code, codesFor, parseCode } from './email-code.ts';
import type { Stores } from './issue.ts';
import { type Attempt, findAttempt, hasExpired } from './magic-link.ts';
import { type Asking, hasLapsed, verifierHashOf } from './request.ts';

/** Why a code was refused. `lastOf` is the account whose limit this try used up: its freelancer is told. */
export type CodeRefusal =
  | { ok: false; why: 'malformed' | 'lapsed' | 'locked' }
  | { ok: false; why: 'wrong'; lastOf: Account | null };

/** A proof that came by mail. */
type MailedProof = Exclude<Proof, { method: 'password' }>;

export type CodeResult = { ok: true; proof: MailedProof } | CodeRefusal;

/** How a link stands when somebody opens it without being able to use it at once. */
export type LinkStanding = 'open' | 'expired' | 'used' | 'access-off' | 'gone';

/** Whether this browser is the one that asked for the link: then opening it is enough. */
export async function isAsker(attempt: Attempt, asking: Asking | null): Promise<boolean> {
  return asking !== null && sameText(await verifierHashOf(asking), attempt.verifierHash);
}

/**
 * The proof that holding a link is; null once it has expired, or when its newcomer is no longer admitted.
 * `start` decides whether it is still good.
 */
export function proveByLink(at: SignInDoor, attempt: Attempt, now: number): MailedProof | null {
  const { account, epoch, next } = attempt;
  if (hasExpired(attempt, now)) return null;
  if (account.kind === 'newcomer' && newcomerOf(at, account) === null) return null;
  return { account, epoch, next, method: 'link' };
}

/** How a link stands, by the account's row in D1 and never by what KV says. Consumes nothing. */
export async function inspectLink(
  db: Db,
  at: SignInDoor,
  attempt: Attempt,
  now: number,
): Promise<LinkStanding> {
  const { account } = attempt;
  const standing = standingOf(await findAccount(db, account), newcomerOf(at, account));
  if (standing === null) return 'gone';
  if (!standing.open) return 'access-off';
  if (standing.epoch !== attempt.epoch) return 'used';
  return hasExpired(attempt, now) ? 'expired' : 'open';
}

/** The code of the mail, typed in the browser that asked. Counted in D1 before it is judged. */
export async function proveByCode(
  stores: Stores,
  at: SignInDoor,
  asking: Asking,
  typed: string,
  now: number,
): Promise<CodeResult> {
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  if (hasLapsed(asking, now)) return { ok: false, why: 'lapsed' };

  const verifierHash = await verifierHashOf(asking);
  const mine = await countTry(stores.db, CODES_PER_ATTEMPT, verifierHash, now);
  // beyond its own limit a browser no longer counts against the address: alone it cannot lock one
  if (mine.length === 0) return { ok: false, why: 'locked' };

  const { found, newcomer } = await findAsked(stores, at, asking);
  const { addressKey } = asking;
  const [everybodys, rows, sent] = await stores.db.batch([
    countTry(stores.db, CODES_PER_ADDRESS, addressKey, now),
    found,
    sentWithin(stores.db, { addressKey, verifierHash }, now),
  ]);
  const standing = standingOf(rows, newcomer);
  if (everybodys.length === 0) return { ok: false, why: 'locked' };
  // an unknown address goes through the same motions: the code is computed, and cannot match
  const judged = standing ?? nobodyStanding();
  const alive = sent.some(({ epoch }) => epoch === judged.epoch);
  const matches = await isCode(stores, code, verifierHash, judged);
  if (standing?.open && alive && matches) {
    const { account, epoch } = standing;
    const { next } = asking;
    return { ok: true, proof: { account, epoch, next, method: 'code' } };
  }
  const isLast = isUsedUp(mine, CODES_PER_ATTEMPT) || isUsedUp(everybodys, CODES_PER_ADDRESS);
  return { ok: false, why: 'wrong', lastOf: isLast ? (standing?.account ?? null) : null };
}

/**
 * The code of the mail, typed beside its link where a button would not do: on a network whose mail
 * scanners press buttons. Who holds the link is no stranger, so it has a count of its own, which
 * nobody without the link can use up.
 */
export async function proveByLinkAndCode(
  stores: Stores,
  at: SignInDoor,
  attempt: Attempt,
  typed: string,
  now: number,
): Promise<CodeResult> {
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  const proof = proveByLink(at, attempt, now);
  if (proof === null) return { ok: false, why: 'lapsed' };
  const { verifierHash, account } = attempt;
  const counted = await countTry(stores.db, CODES_PER_LINK, verifierHash, now);
  if (counted.length === 0) return { ok: false, why: 'locked' };
  if (await isCode(stores, code, verifierHash, proof)) return { ok: true, proof };
  const isLast = isUsedUp(counted, CODES_PER_LINK);
  return { ok: false, why: 'wrong', lastOf: isLast ? account : null };
}

/** The statement that finds whom a browser asked for: by the address it typed, or by the link it renewed. */
async function findAsked({ db, tokens }: Stores, at: SignInDoor, { renews, shown }: Asking) {
  const renewed = renews === null ? null : await findAttempt(tokens, at.door, renews);
  if (renewed !== null) {
    const { account } = renewed;
    return { found: findAccount(db, account), newcomer: newcomerOf(at, account) };
  }
  // what a renewal shows is masked: never an address to look up
  const email = renews === null ? parseEmail(shown) : null;
  const found = findByAddress(db, at.door, email ?? NOBODY);
  return { found, newcomer: newcomerAt(at, email) };
}

const NOBODY = { address: '', key: '' };

function nobodyStanding(): Standing {
  return { account: { kind: 'newcomer', email: NOBODY }, address: '', epoch: -1, open: false };
}

/** The epochs of the mails this browser was sent lately: no mail, no code. */
function sentWithin(
  db: Db,
  { verifierHash, addressKey }: { verifierHash: string; addressKey: string },
  now: number,
) {
  return db
    .select({ epoch: activity.linkEpoch })
    .from(activity)
    .where(
      and(
        eq(activity.addressKey, addressKey),
        eq(activity.kind, 'link_sent'),
        gt(activity.at, now - LINK_LIFETIME),
        eq(activity.verifierHash, verifierHash),
      ),
    );
}

async function isCode(
  { keyring }: Stores,
  code: Code,
  verifierHash: string,
  { account, epoch }: { account: Account; epoch: number },
): Promise<boolean> {
  const codes = await codesFor(keyring, verifierHash, account, epoch);
  return codes.some((candidate) => sameText(candidate, code));
}

/** Whether this try was the last that its rule allows. */
function isUsedUp(counted: { count: number }[], rule: Rule): boolean {
  return counted.some(({ count }) => count >= rule.most);
}
