import { and, eq, exists, ne, type SQL, sql } from 'drizzle-orm';
import { accountColumns, type KnownAccount } from '../accounts/account.ts';
import { recordActivityIf } from '../activity/record.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { newId, type PasswordId, type SessionId } from '../db/ids.ts';
import { passwords, sessions } from '../db/schema.ts';
import { endActiveSessions, voidLinks } from '../sessions/end.ts';
import { activeByAccount } from '../sessions/list.ts';

/** The password of an account that has one. Every change gives it a new `id`. */
export type Password = { id: PasswordId; hash: string; setAt: number };

/**
 * A change of an account's password, made in one of its sessions. `replaces` is the password that the page showed, or
 * null if there was none.
 */
export type PasswordChange = {
  account: KnownAccount;
  session: SessionId;
  replaces: PasswordId | null;
};

/** The statement that finds the password of an account; no row when it has none. */
export function passwordOf(db: Db, account: KnownAccount) {
  return db
    .select({ id: passwords.id, hash: passwords.hash, setAt: passwords.setAt })
    .from(passwords)
    .where(byAccount(account));
}

/**
 * Sets the password of an account. In the same transaction all its other sessions end and all its links become void,
 * so a person who signed in by the old password is signed out.
 * @returns how many sessions ended; null, and nothing changed, if this session ended or the password changed meanwhile
 */
export async function setPassword(
  db: Db,
  change: PasswordChange,
  hash: string,
  now: number,
): Promise<{ ended: number } | null> {
  const { account, replaces } = change;
  const kind = replaces === null ? 'password_set' : 'password_changed';
  const row = { id: newId<PasswordId>(), hash, setAt: now };
  const unchanged = stillUnchanged(db, change, now);
  const { ended, saved } = await batchByName(db, {
    ...consequences(db, change, kind, now),
    saved:
      replaces === null
        ? insertPassword(db, account, row, unchanged)
        : db
            .update(passwords)
            .set(row)
            .where(and(byAccount(account), unchanged))
            .returning({ id: passwords.id }),
  });
  return saved.length === 0 ? null : { ended: ended.length };
}

/** Removes the password of an account; sign-in by link remains. Ends, voids and returns the same as `setPassword`. */
export async function removePassword(
  db: Db,
  change: PasswordChange,
  now: number,
): Promise<{ ended: number } | null> {
  const { ended, removed } = await batchByName(db, {
    ...consequences(db, change, 'password_removed', now),
    removed: db
      .delete(passwords)
      .where(and(byAccount(change.account), stillUnchanged(db, change, now)))
      .returning({ id: passwords.id }),
  });
  return removed.length === 0 ? null : { ended: ended.length };
}

/** The statement that deletes the password of an account if a condition holds. For the batch of what causes it. */
export function forgetPassword(db: Db, account: KnownAccount, condition: SQL) {
  return db.delete(passwords).where(and(byAccount(account), condition));
}

/** Replaces a hash by another one of the same password. Does nothing if the password has changed since. */
export async function rehash(db: Db, id: PasswordId, from: string, to: string): Promise<void> {
  await db
    .update(passwords)
    .set({ hash: to })
    .where(and(eq(passwords.id, id), eq(passwords.hash, from)));
}

function byAccount(account: KnownAccount): SQL | undefined {
  return account.kind === 'contact'
    ? and(eq(passwords.contactId, account.id), eq(passwords.workspaceId, account.workspace))
    : eq(passwords.memberId, account.id);
}

/** A condition: the session is active, and the password is still the one to replace. */
function stillUnchanged(db: Db, { account, session, replaces }: PasswordChange, now: number): SQL {
  const thisSession = and(activeByAccount(account, now), eq(sessions.id, session));
  const active = exists(db.select({ id: sessions.id }).from(sessions).where(thisSession));
  const password = db.select({ id: passwords.id }).from(passwords).where(byAccount(account));
  return sql`${active} AND (${password}) IS ${replaces}`;
}

type ChangeKind = 'password_set' | 'password_changed' | 'password_removed';

/** The statements of every change. They come before it in the batch, because it makes their condition false. */
function consequences(db: Db, change: PasswordChange, kind: ChangeKind, now: number) {
  const { account, session } = change;
  const unchanged = stillUnchanged(db, change, now);
  return {
    ended: endActiveSessions(
      db,
      account,
      'password',
      now,
      and(ne(sessions.id, session), unchanged),
    ),
    voided: voidLinks(db, account, unchanged),
    recorded: recordActivityIf(db, { kind, ...accountColumns(account) }, unchanged, now),
  };
}

function insertPassword(
  db: Db,
  account: KnownAccount,
  row: { id: PasswordId; hash: string; setAt: number },
  condition: SQL,
) {
  const { workspace, contact, member } = accountColumns(account);
  return db
    .insert(passwords)
    .select(
      sql`SELECT ${row.id}, ${workspace}, ${contact}, ${member}, ${row.hash}, ${row.setAt} WHERE ${condition}`,
    )
    .returning({ id: passwords.id });
}
