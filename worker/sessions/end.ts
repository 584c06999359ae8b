import { and, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { KnownAccount } from '../accounts/account.ts';
import type { Actor } from '../activity/actor.ts';
import { recordActivityFrom } from '../activity/record.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import type { ContactId, MemberId, SessionId } from '../db/ids.ts';
import { contacts, members, sessions } from '../db/schema.ts';
import type { SessionClaim } from './cookie.ts';
import { activeByAccount } from './list.ts';

export type EndedBy = NonNullable<(typeof sessions.$inferSelect)['endedBy']>;

/** Ends the session of a claim (signing out). From then on every copy of its cookie is refused. */
export async function endSession(db: Db, claim: SessionClaim, now: number): Promise<void> {
  const bySubject = or(
    eq(sessions.contactId, claim.subject as ContactId),
    eq(sessions.memberId, claim.subject as MemberId),
  );
  await db
    .update(sessions)
    .set({ endedAt: now, endedBy: 'sign-out' })
    .where(and(eq(sessions.id, claim.session), bySubject, isNull(sessions.endedAt)));
}

/**
 * The statement that ends active sessions of an account. It returns a row for each.
 * @param condition limits it to some of them; without one it ends all
 */
export function endActiveSessions(
  db: Db,
  account: KnownAccount,
  endedBy: EndedBy,
  now: number,
  condition?: SQL | undefined,
) {
  return db
    .update(sessions)
    .set({ endedAt: now, endedBy })
    .where(and(activeByAccount(account, now), condition))
    .returning({ id: sessions.id, device: sessions.device });
}

/** Ends one active session of an account; null when the account has none of that id, as for another person's. */
export async function endOneSession(
  db: Db,
  account: KnownAccount,
  session: string,
  endedBy: EndedBy,
  now: number,
): Promise<{ device: string } | null> {
  const byId = eq(sessions.id, session as SessionId);
  const [ended] = await endActiveSessions(db, account, endedBy, now, byId);
  return ended ?? null;
}

/**
 * Ends one active session of a contact for an actor in the workspace, and records it; null when the contact has none of
 * that id.
 */
export async function endContactSession(
  db: Db,
  account: Extract<KnownAccount, { kind: 'contact' }>,
  session: string,
  actor: Actor,
  now: number,
): Promise<{ device: string } | null> {
  const { workspace, id: contact } = account;
  const byId = eq(sessions.id, session as SessionId);
  const detail = { device: sql`${sessions.device}` };
  const entry = { kind: 'session_ended', workspace, contact, actor, detail } as const;
  const source = { from: sessions, where: and(activeByAccount(account, now), byId) };
  const { ended } = await batchByName(db, {
    recorded: recordActivityFrom(db, entry, source, now),
    ended: endActiveSessions(db, account, 'freelancer', now, byId),
  });
  return ended[0] ?? null;
}

/**
 * Ends every session of an account except one, and voids the links and codes that were mailed.
 * @returns the number of sessions that ended
 */
export async function endOtherSessions(
  db: Db,
  account: KnownAccount,
  kept: SessionId,
  now: number,
): Promise<number> {
  const [ended] = await db.batch([
    endActiveSessions(db, account, 'other-device', now, ne(sessions.id, kept)),
    voidLinks(db, account),
  ]);
  return ended.length;
}

/**
 * The statement that raises the epoch of an account. Every link and code that was mailed before is void for ever.
 * @param condition does it only while this holds
 */
export function voidLinks(db: Db, account: KnownAccount, condition?: SQL | undefined) {
  if (account.kind === 'member') {
    return db
      .update(members)
      .set({ linkEpoch: sql`${members.linkEpoch} + 1` })
      .where(and(eq(members.id, account.id), condition));
  }
  return db
    .update(contacts)
    .set({ linkEpoch: sql`${contacts.linkEpoch} + 1` })
    .where(
      and(eq(contacts.workspaceId, account.workspace), eq(contacts.id, account.id), condition),
    );
}
