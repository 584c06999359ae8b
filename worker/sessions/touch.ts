import { and, eq, isNull } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { contacts, sessions } from '../db/schema.ts';
import { hours } from '../values/duration.ts';
import { sessionExpiry } from './lifetime.ts';
import type { Client, Member } from './resume.ts';

/** How old "last seen" may get before it is written again. A write at every request would cost too much. */
const SESSION_TOUCH_EVERY = hours(1);

/** Whether "last seen" of a session is old enough to be written again. */
export function isStale({ lastSeenAt }: { lastSeenAt: number }, now: number): boolean {
  return now - lastSeenAt >= SESSION_TOUCH_EVERY;
}

/** Records that a session is in use: its idle time starts again. Run it after the response. */
export async function touchSession(db: Db, visitor: Client | Member, now: number): Promise<void> {
  const touch = db
    .update(sessions)
    .set({ lastSeenAt: now, expiresAt: sessionExpiry(visitor.createdAt, now) })
    .where(and(eq(sessions.id, visitor.session), isNull(sessions.endedAt)));
  if (!('workspace' in visitor)) {
    await touch;
    return;
  }
  await db.batch([
    touch,
    db
      .update(contacts)
      .set({ lastSeenAt: now })
      .where(and(eq(contacts.workspaceId, visitor.workspace), eq(contacts.id, visitor.id))),
  ]);
}
