import { and, eq, exists, isNull, ne, or, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { ContactId, MemberId, WorkspaceId } from '../db/ids.ts';
import { contacts, sessions } from '../db/schema.ts';
import type { Email } from '../mail/address.ts';
import type { SessionClaim } from './cookie.ts';
import { living } from './list.ts';

/** Ends the session of a claim: its cookie is dead at the next request, however often it is replayed. */
export async function end(db: Db, claim: SessionClaim, now: number): Promise<void> {
  const isTheirs = or(
    eq(sessions.contactId, claim.subject as ContactId),
    eq(sessions.memberId, claim.subject as MemberId),
  );
  await db
    .update(sessions)
    .set({ endedAt: now, endedBy: 'sign-out' })
    .where(and(eq(sessions.id, claim.session), isTheirs, isNull(sessions.endedAt)));
}

/** The statement that ends every session of a contact whose access goes off, and returns a row for each. */
export function endForAccessOff(db: Db, workspace: WorkspaceId, contact: ContactId, now: number) {
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
