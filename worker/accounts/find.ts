import { and, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { contacts, members } from '../db/schema.ts';
import type { Email } from '../values/email-address.ts';
import type { Account } from './account.ts';
import type { Realm } from './realm.ts';

/** An account as sign-in sees it: where its mail goes, which epoch its links carry, whether it may enter. */
export type AccountStatus = { account: Account; address: string; epoch: number; open: boolean };

/**
 * The statement that finds the account of an address at a door, and `standingOf` to read its answer.
 * Apart, so that a caller can put the statement into a batch of its own.
 */
export function findByAddress(db: Db, realm: Realm, email: Email) {
  return realm.kind === 'portal'
    ? contactQuery(db, realm.workspace, eq(contacts.emailKey, email.key))
    : memberQuery(db, eq(members.emailKey, email.key));
}

/** The statement that finds an account again. */
export function findAccount(db: Db, account: Account) {
  switch (account.kind) {
    case 'contact':
      return contactQuery(db, account.workspace, eq(contacts.id, account.id));
    case 'member':
      return memberQuery(db, eq(members.id, account.id));
    case 'newcomer':
      return memberQuery(db, eq(members.emailKey, account.email.key));
  }
}

type Found = Awaited<ReturnType<typeof findAccount>>;

/** What the statements above found; null when there is nobody. A newcomer is somebody without a row. */
export function accountStatusOf(found: Found, newcomer: Email | null): AccountStatus | null {
  const [row] = found;
  if (row !== undefined) {
    const account: Account =
      'workspace' in row
        ? { kind: 'contact', workspace: row.workspace, id: row.contact }
        : { kind: 'member', id: row.member };
    const open = 'open' in row ? row.open : true;
    return { account, address: row.address, epoch: row.epoch, open };
  }
  if (newcomer === null) return null;
  const account: Account = { kind: 'newcomer', email: newcomer };
  return { account, address: newcomer.address, epoch: 0, open: true };
}

/** The address as a newcomer's, where the realm admits newcomers; null where it does not. */
export function newcomerAt(realm: Realm, email: Email | null): Email | null {
  return realm.kind === 'admin' && email !== null && realm.admits(email) ? email : null;
}

/** The same for an account that was a newcomer's when its link was issued. */
export function newcomerOf(realm: Realm, account: Account): Email | null {
  return newcomerAt(realm, account.kind === 'newcomer' ? account.email : null);
}

function contactQuery(db: Db, workspace: WorkspaceId, which: ReturnType<typeof eq>) {
  return db
    .select({
      workspace: contacts.workspaceId,
      contact: contacts.id,
      address: contacts.email,
      epoch: contacts.linkEpoch,
      open: contacts.portalAccess,
    })
    .from(contacts)
    .where(and(eq(contacts.workspaceId, workspace), which));
}

function memberQuery(db: Db, which: ReturnType<typeof eq>) {
  return db
    .select({ member: members.id, address: members.email, epoch: members.linkEpoch })
    .from(members)
    .where(which);
}
