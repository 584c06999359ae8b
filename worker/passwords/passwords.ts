import { and, eq, exists, ne, type SQL, sql } from 'drizzle-orm';
import { type KnownAccount, ownerOf } from '../accounts/account.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { newId, type PasswordId, type SessionId } from '../db/ids.ts';
import { passwords, sessions } from '../db/schema.ts';
import { endActiveSessions, voidLinks } from '../sessions/end.ts';
import { activeByAccount } from '../sessions/list.ts';

/** A password that somebody chose to have. `id` is another with every change. */
export type Password = { id: PasswordId; hash: string; setAt: number };

/** Who changes a password: the account, from one of its sessions, having seen the password `now` is to replace. */
export type Change = { account: KnownAccount; session: SessionId; seen: PasswordId | null };

/** The statement that finds an account's password; no row when it has none. */
export function passwordOf(db: Db, account: KnownAccount) {
  return db
    .select({ id: passwords.id, hash: passwords.hash, setAt: passwords.setAt })
    .from(passwords)
    .where(isTheirs(account));
}

/**
 * Makes a hash the account's password, in one transaction with the end of its other sessions and of every link
 * under way: whoever came in by what was known before is out.
 * @returns how many sessions ended; null, and nothing changed, when this session has ended meanwhile or the
 * password is no longer the one that was seen
 */
export async function setPassword(
  db: Db,
  change: Change,
  hash: string,
  now: number,
): Promise<{ ended: number } | null> {
  const { account, seen: client } = change;
  const kind = client === null ? 'password_set' : 'password_changed';
  const row = { id: newId<PasswordId>(), hash, setAt: now };
  const asSeen = isAsSeen(db, change, now);
  const [ended, , , saved] = await db.batch([
    ...consequences(db, change, kind, now),
    client === null
      ? insertFor(db, account, row, asSeen)
      : db
          .update(passwords)
          .set(row)
          .where(and(isTheirs(account), asSeen))
          .returning({ id: passwords.id }),
  ]);
  return saved.length === 0 ? null : { ended: ended.length };
}

/** Removes the account's password: back to the link. Ends and voids as setting one does, and returns the same. */
export async function removePassword(
  db: Db,
  change: Change,
  now: number,
): Promise<{ ended: number } | null> {
  const [ended, , , removed] = await db.batch([
    ...consequences(db, change, 'password_removed', now),
    db
      .delete(passwords)
      .where(and(isTheirs(change.account), isAsSeen(db, change, now)))
      .returning({ id: passwords.id }),
  ]);
  return removed.length === 0 ? null : { ended: ended.length };
}

/** The statement that forgets an account's password if a condition holds. For the batch that has the reason. */
export function forgetPassword(db: Db, account: KnownAccount, only: SQL) {
  return db.delete(passwords).where(and(isTheirs(account), only));
}

/** Replaces the hash of the same password by one of the current policy. */
export async function rehash(db: Db, id: PasswordId, from: string, to: string): Promise<void> {
  await db
    .update(passwords)
    .set({ hash: to })
    .where(and(eq(passwords.id, id), eq(passwords.hash, from)));
}

function isTheirs(account: KnownAccount): SQL | undefined {
  return account.kind === 'contact'
    ? and(eq(passwords.contactId, account.id), eq(passwords.workspaceId, account.workspace))
    : eq(passwords.memberId, account.id);
}

/** That the session lives, and that the password is the one it saw. True throughout a change's batch, or never. */
function isAsSeen(db: Db, { account, session, seen: client }: Change, now: number): SQL {
  const mine = and(activeByAccount(account, now), eq(sessions.id, session));
  const isAlive = exists(db.select({ id: sessions.id }).from(sessions).where(mine));
  const password = db.select({ id: passwords.id }).from(passwords).where(isTheirs(account));
  return sql`${isAlive} AND (${password}) IS ${client}`;
}

type ChangeKind = 'password_set' | 'password_changed' | 'password_removed';

/** What every change brings with it. Before the change itself in the batch, so that all see the same state. */
function consequences(db: Db, change: Change, kind: ChangeKind, now: number) {
  const { account, session } = change;
  const asSeen = isAsSeen(db, change, now);
  return [
    endActiveSessions(db, account, 'password', now, and(ne(sessions.id, session), asSeen)),
    voidLinks(db, account, asSeen),
    recordActivityIf(db, { kind, ...ownerOf(account) }, asSeen, now),
  ] as const;
}

function insertFor(
  db: Db,
  account: KnownAccount,
  row: { id: PasswordId; hash: string; setAt: number },
  only: SQL,
) {
  const { workspace, contact, member } = ownerOf(account);
  return db
    .insert(passwords)
    .select(
      sql`SELECT ${row.id}, ${workspace}, ${contact}, ${member}, ${row.hash}, ${row.setAt} WHERE ${only}`,
    )
    .returning({ id: passwords.id });
}
