import { and, count, eq, gt, isNull } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { ContactId, WorkspaceId } from '../db/ids.ts';
import { sessions } from '../db/schema.ts';

/** The statement that lists a contact's living sessions. */
export function livingOf(db: Db, workspace: WorkspaceId, contact: ContactId, now: number) {
  return db
    .select({
      id: sessions.id,
      device: sessions.device,
      place: sessions.place,
      method: sessions.method,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(living(workspace, contact, now));
}

/** The statement that counts them. */
export function countLiving(db: Db, workspace: WorkspaceId, contact: ContactId, now: number) {
  return db
    .select({ count: count() })
    .from(sessions)
    .where(living(workspace, contact, now));
}

/** The sessions of a contact that would still be resumed. */
export function living(workspace: WorkspaceId, contact: ContactId, now: number) {
  return and(
    eq(sessions.contactId, contact),
    eq(sessions.workspaceId, workspace),
    isNull(sessions.endedAt),
    gt(sessions.expiresAt, now),
  );
}
