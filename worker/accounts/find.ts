import { and, eq, type SQL } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { contacts, members } from '../db/schema.ts';
import type { Email } from '../values/email-address.ts';
import type { Account } from './account.ts';
import { contactByAddress, memberByAddress } from './by-address.ts';
import type { Realm } from './realm.ts';

/** An account with what sign-in needs: the address for its mail, its current epoch, and whether it may sign in. */
export type AccountStatus = {
  account: Account;
  address: string;
  epoch: number;
  maySignIn: boolean;
};

/** The statement that finds the account of an address in a realm. Read its rows by `accountStatusOf`. */
export function findByAddress(db: Db, realm: Realm, email: Email) {
  return realm.kind === 'portal'
    ? contactQuery(db, contactByAddress(db, realm.workspace, email))
    : memberQuery(db, memberByAddress(db, email));
}

/** The statement that finds an account by its id. Read its rows by `accountStatusOf`. */
export function findAccount(db: Db, account: Account) {
  switch (account.kind) {
    case 'contact':
      return contactQuery(
        db,
        and(eq(contacts.workspaceId, account.workspace), eq(contacts.id, account.id)),
      );
    case 'member':
      return memberQuery(db, eq(members.id, account.id));
    case 'newcomer':
      return memberQuery(db, eq(members.emailKey, account.email.key));
  }
}

type Found = Awaited<ReturnType<typeof findAccount>>;

/**
 * Reads the rows of the two statements above; null when there is no account.
 * @param newcomer the address to take for a newcomer's when there is no row
 */
export function accountStatusOf(found: Found, newcomer: Email | null): AccountStatus | null {
  const [row] = found;
  if (row !== undefined) {
    const account: Account =
      'workspace' in row
        ? { kind: 'contact', workspace: row.workspace, id: row.contact }
        : { kind: 'member', id: row.member };
    const maySignIn = 'maySignIn' in row ? row.maySignIn : true;
    return { account, address: row.address, epoch: row.epoch, maySignIn };
  }
  if (newcomer === null) return null;
  const account: Account = { kind: 'newcomer', email: newcomer };
  return { account, address: newcomer.address, epoch: 0, maySignIn: true };
}

/** Returns the email if a person without an account may sign up with it in this realm; null if not. */
export function newcomerAt(realm: Realm, email: Email | null): Email | null {
  return realm.kind === 'admin' && email !== null && realm.admits(email) ? email : null;
}

/** The address of a newcomer's account, if the realm still admits it; null for other accounts. */
export function newcomerOf(realm: Realm, account: Account): Email | null {
  return newcomerAt(realm, account.kind === 'newcomer' ? account.email : null);
}

function contactQuery(db: Db, condition: SQL | undefined) {
  return db
    .select({
      workspace: contacts.workspaceId,
      contact: contacts.id,
      address: contacts.email,
      epoch: contacts.linkEpoch,
      maySignIn: contacts.portalAccess,
    })
    .from(contacts)
    .where(condition);
}

function memberQuery(db: Db, condition: SQL | undefined) {
  return db
    .select({ member: members.id, address: members.email, epoch: members.linkEpoch })
    .from(members)
    .where(condition);
}
