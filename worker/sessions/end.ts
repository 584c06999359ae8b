import { and, eq, exists, gt, isNull, ne, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { ContactId, SessionId, WorkspaceId } from '../db/ids.ts';
import { contacts, sessions } from '../db/schema.ts';
import type { Email } from '../mail/address.ts';

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

/** The statement that ends a contact's sessions if its address is about to become another one. */
export function endIfMoving(
  db: Db,
  workspace: WorkspaceId,
  contact: ContactId,
  email: Email,
  now: number,
) {
  const moving = db
    .select({ one: sql`1` })
    .from(contacts)
    .where(
      and(
        eq(contacts.workspaceId, workspace),
        eq(contacts.id, contact),
        ne(contacts.emailKey, email.key),
      ),
    );
  return db
    .update(sessions)
    .set({ endedAt: now, endedBy: 'address-changed' })
    .where(and(living(workspace, contact, now), exists(moving)));
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
