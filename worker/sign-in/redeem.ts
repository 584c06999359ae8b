import { and, eq, gt } from 'drizzle-orm';
import { sameText } from '../crypto/hash.ts';
import type { Db } from '../db/client.ts';
import { activity } from '../db/schema.ts';
import { countTry } from '../limits/limiter.ts';
import { CODES_PER_ADDRESS, CODES_PER_ATTEMPT, LINK_LIFETIME } from '../limits/rules.ts';
import { parseEmail } from '../mail/address.ts';
import type { Account } from '../sessions/account.ts';
import type { Proof } from '../sessions/start.ts';
import {
  findAccount,
  findByAddress,
  newcomerAt,
  type SignInDoor,
  type Standing,
  standingOf,
} from './accounts.ts';
import { type Asking, hasLapsed, verifierHashOf } from './asking.ts';
import { type Attempt, findAttempt, hasExpired } from './attempt.ts';
import { type Code, codesFor, parseCode } from './code.ts';
import type { Stores } from './issue.ts';

/** Why a code was refused. `lastOf` is the account whose last try this was: its freelancer is told, once. */
export type CodeRefusal =
  | { ok: false; why: 'malformed' | 'lapsed' | 'locked' }
  | { ok: false; why: 'wrong'; lastOf: Account | null };

export type CodeResult = { ok: true; proof: Proof } | CodeRefusal;

/** How a link stands when somebody opens it without being able to use it at once. */
export type LinkStanding = 'open' | 'expired' | 'used' | 'access-off' | 'gone';

/** Whether this browser is the one that asked for the link: then opening it is enough. */
export async function isAsker(attempt: Attempt, asking: Asking | null): Promise<boolean> {
  return asking !== null && sameText(await verifierHashOf(asking), attempt.verifierHash);
}

/** The proof that holding a link is; null once it has expired. `start` decides whether it is still good. */
export function proveByLink(attempt: Attempt, now: number): Proof | null {
  if (hasExpired(attempt, now)) return null;
  const { account, epoch, next } = attempt;
  return { account, epoch, next, method: 'link' };
}

/** How a link stands, by the account's row in D1 and never by what KV says. Consumes nothing. */
export async function inspectLink(db: Db, attempt: Attempt, now: number): Promise<LinkStanding> {
  const { account } = attempt;
  const newcomer = account.kind === 'newcomer' ? account.email : null;
  const standing = standingOf(await findAccount(db, account), newcomer);
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
  const renewed =
    asking.renews === null ? null : await findAttempt(stores.tokens, at.door, asking.renews);
  const email = asking.renews === null ? parseEmail(asking.shown) : null;
  const found =
    renewed === null
      ? findByAddress(stores.db, at.door, email ?? NOBODY)
      : findAccount(stores.db, renewed.account);
  const newcomer = renewed?.account.kind === 'newcomer' ? renewed.account.email : email;
  const counters = { verifierHash, addressKey: asking.addressKey };
  const [perAttempt, perAddress, rows, sent] = await stores.db.batch([
    ...countCode(stores.db, counters, now),
    found,
    sentWithin(stores.db, counters, now),
  ]);
  const standing = standingOf(rows, newcomerAt(at, newcomer));
  if (perAttempt.length === 0 || perAddress.length === 0) {
    return { ok: false, why: 'locked' };
  }
  // an unknown address goes through the same motions: the code is computed, and cannot match
  const judged = standing ?? nobodyStanding();
  const alive = sent.some(({ epoch }) => epoch === judged.epoch);
  const matches = await isCode(stores, code, verifierHash, judged);
  if (standing?.open && alive && matches) {
    const { account, epoch } = standing;
    return { ok: true, proof: { account, epoch, next: asking.next, method: 'code' } };
  }
  return refusal(perAttempt, perAddress, standing?.account ?? null);
}

/**
 * The code of the mail, typed beside its link where a button would not do: on a network whose mail
 * scanners press buttons. Same counters, same words.
 */
export async function proveByLinkAndCode(
  stores: Stores,
  attempt: Attempt,
  typed: string,
  now: number,
): Promise<CodeResult> {
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  const proof = proveByLink(attempt, now);
  if (proof === null) return { ok: false, why: 'lapsed' };
  const [perAttempt, perAddress] = await stores.db.batch(countCode(stores.db, attempt, now));
  if (perAttempt.length === 0 || perAddress.length === 0) {
    return { ok: false, why: 'locked' };
  }
  if (await isCode(stores, code, attempt.verifierHash, proof)) return { ok: true, proof };
  return refusal(perAttempt, perAddress, attempt.account);
}

const NOBODY = { address: '', key: '' };

function nobodyStanding(): Standing {
  return { account: { kind: 'newcomer', email: NOBODY }, address: '', epoch: -1, open: false };
}

type Counters = { verifierHash: string; addressKey: string };
type Counted = { count: number }[];

function countCode(db: Db, { verifierHash, addressKey }: Counters, now: number) {
  return [
    countTry(db, CODES_PER_ATTEMPT, verifierHash, now),
    countTry(db, CODES_PER_ADDRESS, addressKey, now),
  ] as const;
}

/** The epochs of the mails this browser was sent lately: no mail, no code. */
function sentWithin(db: Db, { verifierHash, addressKey }: Counters, now: number) {
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

function refusal(perAttempt: Counted, perAddress: Counted, account: Account | null): CodeRefusal {
  const isLast = (counted: Counted, most: number) => counted.some(({ count }) => count >= most);
  const last =
    isLast(perAttempt, CODES_PER_ATTEMPT.most) || isLast(perAddress, CODES_PER_ADDRESS.most);
  return { ok: false, why: 'wrong', lastOf: last ? account : null };
}
