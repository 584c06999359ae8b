import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { ContactId, SessionId, WorkspaceId } from '../db/ids.ts';
import { sessions } from '../db/schema.ts';

/** Ends one session: its cookie is dead at the next request, however often it is replayed. */
export async function end(db: Db, session: SessionId, now: number): Promise<void> {
  await db
    .update(sessions)
    .set({ endedAt: now, endedBy: 'sign-out' })
    .where(and(eq(sessions.id, session), isNull(sessions.endedAt)));
}

/** The statement that ends every living session of a contact and returns a row for each. */
export function endAllOf(db: Db, workspace: WorkspaceId, contact: ContactId, now: number) {
  return db
    .update(sessions)
    .set({ endedAt: now, endedBy: 'access-off' })
    .where(living(workspace, contact, now))
    .returning({ id: sessions.id });
}

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

function living(workspace: WorkspaceId, contact: ContactId, now: number) {
  return and(
    eq(sessions.contactId, contact),
    eq(sessions.workspaceId, workspace),
    isNull(sessions.endedAt),
    gt(sessions.expiresAt, now),
  );
}
