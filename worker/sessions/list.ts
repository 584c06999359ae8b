import { and, count, desc, eq, gt, isNull, type SQL } from 'drizzle-orm';
import type { KnownAccount } from '../accounts/account.ts';
import type { Db } from '../db/client.ts';
import { sessions } from '../db/schema.ts';

/** The statement that lists the active sessions of an account, the one used last first. */
export function listActiveSessions(db: Db, account: KnownAccount, now: number) {
  return db
    .select({
      id: sessions.id,
      device: sessions.device,
      location: sessions.location,
      method: sessions.method,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(activeByAccount(account, now))
    .orderBy(desc(sessions.lastSeenAt));
}

/** The statement that counts the active sessions of an account. */
export function countActiveSessions(db: Db, account: KnownAccount, now: number) {
  return db.select({ count: count() }).from(sessions).where(activeByAccount(account, now));
}

/** A condition for the active sessions of an account: not ended, not expired. */
export function activeByAccount(account: KnownAccount, now: number): SQL | undefined {
  return and(sessionsOf(account), isNull(sessions.endedAt), gt(sessions.expiresAt, now));
}

function sessionsOf(account: KnownAccount): SQL | undefined {
  return account.kind === 'contact'
    ? and(eq(sessions.contactId, account.id), eq(sessions.workspaceId, account.workspace))
    : eq(sessions.memberId, account.id);
}
