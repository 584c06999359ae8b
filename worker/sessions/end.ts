import { and, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { KnownAccount } from '../accounts/account.ts';
import type { Actor } from '../activity/actor.ts';
import { recordActivityFrom } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { ContactId, MemberId, SessionId } from '../db/ids.ts';
import { contacts, members, sessions } from '../db/schema.ts';
import type { SessionClaim } from './cookie.ts';
import { activeByAccount } from './list.ts';

export type EndedBy = NonNullable<(typeof sessions.$inferSelect)['endedBy']>;

/** Ends the session of a claim: its cookie is dead at the next request, however often it is replayed. */
export async function endSession(db: Db, claim: SessionClaim, now: number): Promise<void> {
  const isTheirs = or(
    eq(sessions.contactId, claim.subject as ContactId),
    eq(sessions.memberId, claim.subject as MemberId),
  );
  await db
    .update(sessions)
    .set({ endedAt: now, endedBy: 'sign-out' })
    .where(and(eq(sessions.id, claim.session), isTheirs, isNull(sessions.endedAt)));
}

/**
 * The statement that ends active sessions of an account, and returns a row for each.
 * @param only which of them; all by default
 */
export function endActiveSessions(
  db: Db,
  account: KnownAccount,
  endedBy: EndedBy,
  now: number,
  only?: SQL | undefined,
) {
  return db
    .update(sessions)
    .set({ endedAt: now, endedBy })
    .where(and(activeByAccount(account, now), only))
    .returning({ id: sessions.id, device: sessions.device });
}

/** Ends one session of an account; null when it has none of that id, so that nobody ends another's. */
export async function endOneSession(
  db: Db,
  account: KnownAccount,
  session: string,
  endedBy: EndedBy,
  now: number,
): Promise<{ device: string } | null> {
  const which = eq(sessions.id, session as SessionId);
  const [ended] = await endActiveSessions(db, account, endedBy, now, which);
  return ended ?? null;
}

/**
 * Ends one session of a contact for somebody of the workspace, and records it; null when the contact has none of that id.
 */
export async function endContactSession(
  db: Db,
  account: Extract<KnownAccount, { kind: 'contact' }>,
  session: string,
  actor: Actor,
  now: number,
): Promise<{ device: string } | null> {
  const { workspace, id: contact } = account;
  const which = eq(sessions.id, session as SessionId);
  const detail = { device: sql`${sessions.device}` };
  const entry = { kind: 'session_ended', workspace, contact, actor, detail } as const;
  const source = { from: sessions, where: and(activeByAccount(account, now), which) };
  const [, [ended]] = await db.batch([
    recordActivityFrom(db, entry, source, now),
    endActiveSessions(db, account, 'freelancer', now, which),
  ]);
  return ended ?? null;
}

/**
 * Ends every session of an account but one, and voids the links and codes under way.
 * @returns how many sessions ended
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
 * The statement that raises the epoch of an account: every link and code mailed before is dead, for ever.
 * @param only a condition on more than the account being there
 */
export function voidLinks(db: Db, account: KnownAccount, only?: SQL | undefined) {
  if (account.kind === 'member') {
    return db
      .update(members)
      .set({ linkEpoch: sql`${members.linkEpoch} + 1` })
      .where(and(eq(members.id, account.id), only));
  }
  return db
    .update(contacts)
    .set({ linkEpoch: sql`${contacts.linkEpoch} + 1` })
    .where(and(eq(contacts.workspaceId, account.workspace), eq(contacts.id, account.id), only));
}
