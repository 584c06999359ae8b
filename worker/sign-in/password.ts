import { and, eq } from 'drizzle-orm';
import type { KnownAccount } from '../accounts/account.ts';
import { contactByAddress, memberByAddress } from '../accounts/by-address.ts';
import type { Realm } from '../accounts/realm.ts';
import { recordActivity } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { contacts, members, passwords } from '../db/schema.ts';
import { type PasswordVerdict, verifyPassword } from '../passwords/password-hash.ts';
import type { Password } from '../passwords/passwords.ts';
import type { Proof } from '../sessions/proof.ts';
import type { Email } from '../values/email-address.ts';
import type { PasswordDeps } from './deps.ts';
import { countPasswordTry, type TrySubjects } from './password-throttle.ts';

/**
 * Why a password was refused. `wrong` is the same for an unknown address, an account without a password, a wrong
 * password, and access that is off. `unreadable`, for the log: the kind of the account whose stored hash cannot be read.
 */
export type PasswordRefusal =
  | { ok: false; why: 'paused'; until: number }
  | { ok: false; why: 'wrong'; unreadable: KnownAccount['kind'] | null };

export type PasswordResult =
  | { ok: true; proof: Extract<Proof, { method: 'password' }>; outdated: Password | null }
  | PasswordRefusal;

/**
 * Checks a password for an address in a realm. During a pause nothing is looked up or hashed. A known and an unknown
 * address cause the same statements and the same work (OWASP Authentication Cheat Sheet, "authentication responses").
 */
export async function proveByPassword(
  deps: PasswordDeps,
  realm: Realm,
  typed: { email: Email; password: string; next: string },
  subjects: TrySubjects,
  now: number,
): Promise<PasswordResult> {
  const counted = await countPasswordTry(deps.db, subjects, now);
  if (!counted.ok) return { ok: false, why: 'paused', until: counted.until };
  const [found] = await findWithPassword(deps.db, realm, typed.email);
  const password = found?.password ?? null;
  const verdict = await verifyPassword(deps.peppers, typed.password, password?.hash ?? null);
  const account = found === undefined ? null : foundAccount(found);
  const isRight = verdict === 'right' || verdict === 'outdated';
  if (!isRight || account === null || password === null || !maySignIn(found)) {
    if (password !== null && maySignIn(found)) recordPause(deps, account, counted, now);
    return wrong(verdict, account);
  }
  const proof = { method: 'password', account, password: password.id } as const;
  return {
    ok: true,
    proof: { ...proof, next: typed.next },
    outdated: verdict === 'outdated' ? password : null,
  };
}

/** Checks the current password of a visitor, before it is changed. Counted like a try on the sign-in page. */
export async function checkCurrentPassword(
  deps: PasswordDeps,
  { account, password }: { account: KnownAccount; password: Password },
  typed: string,
  subjects: TrySubjects,
  now: number,
): Promise<{ ok: true } | PasswordRefusal> {
  const counted = await countPasswordTry(deps.db, subjects, now);
  if (!counted.ok) return { ok: false, why: 'paused', until: counted.until };
  const verdict = await verifyPassword(deps.peppers, typed, password.hash);
  if (verdict === 'right' || verdict === 'outdated') return { ok: true };
  recordPause(deps, account, counted, now);
  return wrong(verdict, account);
}

/** The refusal of a wrong password. */
function wrong(verdict: PasswordVerdict, account: KnownAccount | null): PasswordRefusal {
  const unreadable = verdict === 'unreadable' ? (account?.kind ?? null) : null;
  return { ok: false, why: 'wrong', unreadable };
}

/** Records after the response that this try started a pause of a contact's password. */
function recordPause(
  { db, later }: PasswordDeps,
  account: KnownAccount | null,
  { pausedUntil }: { pausedUntil: number | null },
  now: number,
): void {
  if (account?.kind !== 'contact' || pausedUntil === null) return;
  const { workspace, id: contact } = account;
  const detail = { pause: pausedUntil - now };
  later('record a paused password', async () => {
    await recordActivity(db, { kind: 'password_locked', workspace, contact, detail }, now);
  });
}

/** The statement that finds the account of an address with its password, in one statement for every case. */
function findWithPassword(db: Db, realm: Realm, email: Email) {
  const password = { id: passwords.id, hash: passwords.hash, setAt: passwords.setAt };
  if (realm.kind === 'admin') {
    return db
      .select({ member: members.id, password })
      .from(members)
      .leftJoin(passwords, eq(passwords.memberId, members.id))
      .where(memberByAddress(db, email));
  }
  return db
    .select({
      workspace: contacts.workspaceId,
      contact: contacts.id,
      access: contacts.portalAccess,
      password,
    })
    .from(contacts)
    .leftJoin(
      passwords,
      and(eq(passwords.workspaceId, contacts.workspaceId), eq(passwords.contactId, contacts.id)),
    )
    .where(contactByAddress(db, realm.workspace, email));
}

type Found = Awaited<ReturnType<typeof findWithPassword>>[number];

function foundAccount(found: Found): KnownAccount {
  return 'member' in found
    ? { kind: 'member', id: found.member }
    : { kind: 'contact', workspace: found.workspace, id: found.contact };
}

function maySignIn(found: Found | undefined): boolean {
  return found !== undefined && (!('access' in found) || found.access);
}
