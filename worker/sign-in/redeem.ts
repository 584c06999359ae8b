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
import { batchByName } from '../db/batch.ts';
import type { Stores } from '../db/stores.ts';
import { countTry } from '../limits/limiter.ts';
import { CODES_PER_LINK, type Rule } from '../limits/rules.ts';
import { claimShares, isLastOf, type Share } from '../limits/shares.ts';
import type { Proof } from '../sessions/proof.ts';
import { parseEmail } from '../values/email-address.ts';
import type { Asker } from './asker.ts';
import { codeShares } from './code-shares.ts';
import type { SignInDeps } from './deps.ts';
import { emailCodesFor } from './email-code.ts';
import { findMagicLink, linkExpired, type MagicLink } from './magic-link.ts';
import { epochsSentTo } from './sent-links.ts';
import { requestExpired, type SignInRequest, verifierHashOf } from './sign-in-request.ts';

/** Why a code was refused: not six of the characters, too old, not right, or too many were tried. */
export type CodeRefusal = { ok: false; why: 'malformed' | 'lapsed' | 'wrong' | 'locked' };

/** A proof that came by mail. */
type MailedProof = Exclude<Proof, { method: 'password' }>;

export type CodeResult = { ok: true; proof: MailedProof } | CodeRefusal;

/**
 * The proof that a link gives; null when it has expired, or its newcomer is no longer admitted. `startSession` decides
 * whether the proof is still valid.
 */
export function proveByLink(realm: Realm, link: MagicLink, now: number): MailedProof | null {
  const { account, epoch, next } = link;
  if (linkExpired(link, now)) return null;
  if (account.kind === 'newcomer' && newcomerOf(realm, account) === null) return null;
  return { account, epoch, next, method: 'link' };
}

/** Checks the code of a mail, typed in the browser that asked for it. The try is counted in D1 before the check. */
export async function proveByCode(
  deps: SignInDeps,
  realm: Realm,
  request: SignInRequest,
  asker: Asker,
  typed: string,
  now: number,
): Promise<CodeResult> {
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  if (requestExpired(request, now)) return { ok: false, why: 'lapsed' };

  const verifierHash = await verifierHashOf(request);
  const shares = await codeShares(deps.keyring, realm, request, verifierHash, asker);
  const { counted, status, sent } = await countAndFind(
    deps,
    realm,
    request,
    { verifierHash, shares },
    now,
  );
  if (counted.length === 0) return { ok: false, why: 'locked' };
  // an unknown address costs the same work: a code is derived for it as well, and cannot match
  const expected = status ?? UNKNOWN;
  const wasSent = sent.some(({ epoch }) => epoch === expected.epoch);
  const matches = await isCode(deps, code, verifierHash, expected);
  if (status?.maySignIn && wasSent && matches) {
    const { account, epoch } = status;
    const { next } = request;
    return { ok: true, proof: { account, epoch, next, method: 'code' } };
  }
  const isLast = shares.some((share) => isLastOf(share, counted));
  if (isLast) recordCodeLocked(deps, status?.account ?? null, now);
  return { ok: false, why: 'wrong' };
}

/** Counts a try against all shares, or none if one is used up. The same batch finds the account, and the epochs of the links sent to this browser. */
async function countAndFind(
  deps: SignInDeps,
  realm: Realm,
  request: SignInRequest,
  { verifierHash, shares }: { verifierHash: string; shares: Share[] },
  now: number,
) {
  const { found, newcomer } = await findRequested(deps, realm, request);
  const { addressKey } = request;
  const { counted, rows, sent } = await batchByName(deps.db, {
    counted: claimShares(deps.db, shares, now),
    rows: found,
    sent: epochsSentTo(deps.db, { addressKey, verifierHash }, now),
  });
  return { counted, status: accountStatusOf(rows, newcomer), sent };
}

/**
 * Checks the code of a mail, typed on the page of its link. Networks whose mail scanners press buttons need it. It has
 * a limit of its own, which nobody without the link can exhaust.
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

/** The statement that finds the account of a request: by the typed address, or by the link that it renews. */
async function findRequested(
  { db, tokens }: Stores,
  realm: Realm,
  { renews, shown }: SignInRequest,
) {
  const renewed = renews === null ? null : await findMagicLink(tokens, realm, renews);
  if (renewed !== null) {
    const { account } = renewed;
    return { found: findAccount(db, account), newcomer: newcomerOf(realm, account) };
  }
  // a renewal shows a masked address, which must never be looked up
  const email = renews === null ? parseEmail(shown) : null;
  const found = findByAddress(db, realm, email ?? NOBODY);
  return { found, newcomer: newcomerAt(realm, email) };
}

/** An address that nobody has, and its account. They stand in for an unknown address. */
const NOBODY = { address: '', key: '' };
const UNKNOWN: AccountStatus = {
  account: { kind: 'newcomer', email: NOBODY },
  address: '',
  epoch: -1,
  maySignIn: false,
};

async function isCode(
  { keyring }: Stores,
  code: Code,
  verifierHash: string,
  { account, epoch }: { account: Account; epoch: number },
): Promise<boolean> {
  const codes = await emailCodesFor(keyring, verifierHash, account, epoch);
  return codes.some((candidate) => sameText(candidate, code));
}

/** Records after the response that a contact's limit of codes is exhausted. */
function recordCodeLocked({ db, later }: SignInDeps, account: Account | null, now: number): void {
  if (account?.kind !== 'contact') return;
  const { workspace, id: contact } = account;
  later('record a locked code', async () => {
    await recordActivity(db, { kind: 'code_locked', workspace, contact }, now);
  });
}

/** Whether this try was the last one that its rule admits. */
function isExhausted(counted: { count: number }[], rule: Rule): boolean {
  return counted.some(({ count }) => count >= rule.most);
}
