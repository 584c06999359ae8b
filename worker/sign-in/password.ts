import { and, eq } from 'drizzle-orm';
import type { KnownAccount } from '../accounts/account.ts';
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
 * Why a password was refused. `wrong` is the same for an unknown address, one without a password, a wrong password and
 * access that is off. `unreadable` is for the log: the kind of account whose stored hash is not ours, or has lost its pepper.
 */
export type PasswordRefusal =
  | { ok: false; why: 'paused'; until: number }
  | { ok: false; why: 'wrong'; unreadable: KnownAccount['kind'] | null };

export type PasswordResult =
  | { ok: true; proof: Extract<Proof, { method: 'password' }>; outdated: Password | null }
  | PasswordRefusal;

/**
 * Judges a password for an address at a door. While tries rest nothing is looked up or hashed. Known or unknown,
 * the same statements run and the same work is done (OWASP Authentication Cheat Sheet, "authentication responses").
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
  const [found] = await findByAddress(deps.db, realm, typed.email);
  const password = found?.password ?? null;
  const verdict = await verifyPassword(deps.peppers, typed.password, password?.hash ?? null);
  const account = found === undefined ? null : foundAccount(found);
  const isRight = verdict === 'right' || verdict === 'outdated';
  if (!isRight || account === null || password === null || !isOpen(found)) {
    if (password !== null && isOpen(found)) recordPause(deps, account, counted, now);
    return wrong(verdict, account);
  }
  const proof = { method: 'password', account, password: password.id } as const;
  return {
    ok: true,
    proof: { ...proof, next: typed.next },
    outdated: verdict === 'outdated' ? password : null,
  };
}

/** Judges the current password of somebody signed in, before it is changed. Counted like one typed at the door. */
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

function wrong(verdict: PasswordVerdict, account: KnownAccount | null): PasswordRefusal {
  const unreadable = verdict === 'unreadable' ? (account?.kind ?? null) : null;
  return { ok: false, why: 'wrong', unreadable };
}

/** A contact's activity has that this try started a pause of the password. */
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

/** The statement that finds an address's account with its password. One statement, whatever there is to find. */
function findByAddress(db: Db, realm: Realm, email: Email) {
  const password = { id: passwords.id, hash: passwords.hash, setAt: passwords.setAt };
  if (realm.kind === 'admin') {
    return db
      .select({ member: members.id, password })
      .from(members)
      .leftJoin(passwords, eq(passwords.memberId, members.id))
      .where(eq(members.emailKey, email.key));
  }
  return db
    .select({
      workspace: contacts.workspaceId,
      contact: contacts.id,
      open: contacts.portalAccess,
      password,
    })
    .from(contacts)
    .leftJoin(
      passwords,
      and(eq(passwords.workspaceId, contacts.workspaceId), eq(passwords.contactId, contacts.id)),
    )
    .where(and(eq(contacts.workspaceId, realm.workspace), eq(contacts.emailKey, email.key)));
}

type Found = Awaited<ReturnType<typeof findByAddress>>[number];

function foundAccount(found: Found): KnownAccount {
  return 'member' in found
    ? { kind: 'member', id: found.member }
    : { kind: 'contact', workspace: found.workspace, id: found.contact };
}

function isOpen(found: Found | undefined): boolean {
  return found !== undefined && (!('open' in found) || found.open);
}
