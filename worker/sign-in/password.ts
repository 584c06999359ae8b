import { and, eq } from 'drizzle-orm';
import type { KnownAccount } from '../accounts/account.ts';
import type { Realm } from '../accounts/realm.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Peppers } from '../crypto/pepper.ts';
import type { Db } from '../db/client.ts';
import { contacts, members, passwords } from '../db/schema.ts';
import { verifyPassword } from '../passwords/password-hash.ts';
import type { Password } from '../passwords/passwords.ts';
import type { Proof } from '../sessions/proof.ts';
import type { Email } from '../values/email-address.ts';
import { countPasswordTry, type TrySubjects } from './password-throttle.ts';

/** What judging a password takes. */
export type PasswordStores = { db: Db; keyring: Keyring; peppers: Peppers };

/**
 * Why a password was refused. `wrong` is the same for an unknown address, one without a password, a wrong one
 * and access that is off; `pausedUntil` is not null when this try started a pause, and `account` whose password it
 * is that rests, if anybody's.
 * `unreadable`: what is stored is no hash of ours, or its pepper is gone; that is for the log.
 */
export type PasswordRefusal =
  | { ok: false; why: 'paused'; until: number }
  | {
      ok: false;
      why: 'wrong';
      pausedUntil: number | null;
      account: KnownAccount | null;
      unreadable: boolean;
    };

export type PasswordResult =
  | { ok: true; proof: Extract<Proof, { method: 'password' }>; outdated: Password | null }
  | PasswordRefusal;

/**
 * Judges a password for an address at a door. While tries rest nothing is looked up or hashed. Known or unknown,
 * the same statements run and the same work is done (OWASP Authentication Cheat Sheet, "authentication responses").
 */
export async function proveByPassword(
  stores: PasswordStores,
  realm: Realm,
  typed: { email: Email; password: string; next: string },
  subjects: TrySubjects,
  now: number,
): Promise<PasswordResult> {
  const counted = await countPasswordTry(stores.db, subjects, now);
  if (!counted.ok) return { ok: false, why: 'paused', until: counted.until };
  const [found] = await findByAddress(stores.db, realm, typed.email);
  const password = found?.password ?? null;
  const verdict = await verifyPassword(stores.peppers, typed.password, password?.hash ?? null);
  const account = found === undefined ? null : foundAccount(found);
  const isRight = verdict === 'right' || verdict === 'outdated';
  if (!isRight || account === null || password === null || !isOpen(found)) {
    const { pausedUntil } = counted;
    const unreadable = verdict === 'unreadable';
    const resting = password !== null && isOpen(found) ? account : null;
    return { ok: false, why: 'wrong', pausedUntil, account: resting, unreadable };
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
  stores: PasswordStores,
  { account, password }: { account: KnownAccount; password: Password },
  typed: string,
  subjects: TrySubjects,
  now: number,
): Promise<{ ok: true } | PasswordRefusal> {
  const counted = await countPasswordTry(stores.db, subjects, now);
  if (!counted.ok) return { ok: false, why: 'paused', until: counted.until };
  const verdict = await verifyPassword(stores.peppers, typed, password.hash);
  if (verdict === 'right' || verdict === 'outdated') return { ok: true };
  const { pausedUntil } = counted;
  return { ok: false, why: 'wrong', pausedUntil, account, unreadable: verdict === 'unreadable' };
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
