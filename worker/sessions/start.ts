import { and, eq, exists, isNull, type SQL, sql } from 'drizzle-orm';
import { type Activity, recordActivityFrom } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import {
  type ContactId,
  type MemberId,
  newId,
  type SessionId,
  type WorkspaceId,
} from '../db/ids.ts';
import { contacts, members, passwords, sessions } from '../db/schema.ts';
import { SESSION_IDLE } from '../limits/rules.ts';
import { consumed, isAlive, nextEpoch, type Proof } from './proof.ts';

/** The browser that signs in, as its owner will recognise it in a list. */
export type ClientInfo = { device: string; location: string };

export type StartedSession = {
  session: SessionId;
  subject: ContactId | MemberId;
  /** The same, when it is a member. */
  member: MemberId | null;
};

/**
 * Consumes a proof and starts a session, or neither: one D1 batch, which is one transaction. (A newcomer
 * becomes a member just before; without a session that is a row nobody has used yet.)
 *
 * The session is inserted from the account's own row, and only while that row still has the proof's
 * epoch and may sign in; the same batch then raises the epoch. So of any number of links and codes
 * that are redeemed at once, one finds the epoch it was issued for; with it all others die. The unique
 * index on (account, epoch) holds the same rule once more. docs/decisions/0001 says why KV can't.
 * A password's session is inserted only while that very password still is the account's: one that is changed
 * or removed between check and start opens nothing.
 *
 * @param replaces the session this browser had until now, which ends with the new one's start
 * @returns null when the proof is dead: used, changed, revoked, or its account is gone
 */
export async function startSession(
  db: Db,
  proof: Proof,
  client: ClientInfo,
  replaces: SessionId | null,
  now: number,
): Promise<StartedSession | null> {
  const row = { id: newId<SessionId>(), proof, seen: client, now };
  const ending = replaces === null ? [] : [endReplaced(db, replaces, row.id, now)];
  const { account } = proof;
  switch (account.kind) {
    case 'contact':
      return startContact(db, account.workspace, account.id, row, ending);
    case 'member':
      return startMember(db, eq(members.id, account.id), row, ending);
    case 'newcomer':
      await db
        .insert(members)
        .values({
          id: newId<MemberId>(),
          name: '',
          email: account.email.address,
          emailKey: account.email.key,
          createdAt: now,
        })
        .onConflictDoNothing();
      return startMember(db, eq(members.emailKey, account.email.key), row, ending);
  }
}

type NewRow = { id: SessionId; proof: Proof; seen: ClientInfo; now: number };
type Owner = Record<'workspaceId' | 'contactId' | 'memberId', SQL.Aliased>;
type Ending = ReturnType<typeof endReplaced>[];

async function startContact(
  db: Db,
  workspace: WorkspaceId,
  id: ContactId,
  row: NewRow,
  ending: Ending,
): Promise<StartedSession | null> {
  const redeemable = and(
    eq(contacts.workspaceId, workspace),
    eq(contacts.id, id),
    eq(contacts.portalAccess, true),
    isAlive(db, row.proof, contacts.linkEpoch, eq(passwords.contactId, contacts.id)),
  );
  const owner = {
    workspaceId: sql<WorkspaceId>`${contacts.workspaceId}`.as('workspace_id'),
    contactId: sql<ContactId>`${contacts.id}`.as('contact_id'),
    memberId: sql<null>`NULL`.as('member_id'),
  };
  const [started] = await db.batch([
    db
      .insert(sessions)
      .select(db.select(sessionColumns(row, owner)).from(contacts).where(redeemable))
      .returning(startedColumns),
    recordActivityFrom(db, signedIn(row, owner), { from: contacts, where: redeemable }, row.now),
    db
      .update(contacts)
      .set({ linkEpoch: nextEpoch(row.proof, contacts.linkEpoch), lastSeenAt: row.now })
      .where(redeemable),
    ...ending,
  ]);
  return startedOf(started);
}

async function startMember(
  db: Db,
  who: SQL,
  row: NewRow,
  ending: Ending,
): Promise<StartedSession | null> {
  const redeemable = and(
    who,
    isAlive(db, row.proof, members.linkEpoch, eq(passwords.memberId, members.id)),
  );
  const owner = {
    workspaceId: sql<null>`NULL`.as('workspace_id'),
    contactId: sql<null>`NULL`.as('contact_id'),
    memberId: sql<MemberId>`${members.id}`.as('member_id'),
  };
  const [started] = await db.batch([
    db
      .insert(sessions)
      .select(db.select(sessionColumns(row, owner)).from(members).where(redeemable))
      .returning(startedColumns),
    recordActivityFrom(db, signedIn(row, owner), { from: members, where: redeemable }, row.now),
    db
      .update(members)
      .set({ linkEpoch: nextEpoch(row.proof, members.linkEpoch) })
      .where(redeemable),
    ...ending,
  ]);
  return startedOf(started);
}

const startedColumns = {
  session: sessions.id,
  contact: sessions.contactId,
  member: sessions.memberId,
};

type StartedRow = { session: SessionId; contact: ContactId | null; member: MemberId | null };

function startedOf([row]: StartedRow[]): StartedSession | null {
  if (row === undefined) return null;
  const { session, contact, member } = row;
  const subject = contact ?? member;
  return subject === null ? null : { session, subject, member };
}

function endReplaced(db: Db, replaces: SessionId, by: SessionId, now: number) {
  const started = db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, by));
  return db
    .update(sessions)
    .set({ endedAt: now, endedBy: 'sign-in' })
    .where(and(eq(sessions.id, replaces), isNull(sessions.endedAt), exists(started)));
}

/** A session's columns in the table's order, as INSERT … SELECT wants them. */
function sessionColumns<Owner extends Record<string, SQL.Aliased>>(row: NewRow, owner: Owner) {
  return {
    id: sql<SessionId>`${row.id}`.as('id'),
    ...owner,
    method: sql<Proof['method']>`${row.proof.method}`.as('method'),
    linkEpoch: sql<number | null>`${consumed(row.proof)}`.as('link_epoch'),
    device: sql<string>`${row.seen.device}`.as('device'),
    location: sql<string>`${row.seen.location}`.as('place'),
    browserHash: sql<string | null>`NULL`.as('browser_hash'),
    createdAt: sql<number>`${row.now}`.as('created_at'),
    lastSeenAt: sql<number>`${row.now}`.as('last_seen_at'),
    expiresAt: sql<number>`${row.now + SESSION_IDLE}`.as('expires_at'),
    endedAt: sql<number | null>`NULL`.as('ended_at'),
    endedBy: sql<null>`NULL`.as('ended_by'),
  };
}

function signedIn({ proof, seen: client }: NewRow, owner: Owner): Activity {
  const { workspaceId, contactId, memberId } = owner;
  return {
    kind: 'signed_in',
    workspace: workspaceId.sql,
    contact: contactId.sql,
    member: memberId.sql,
    detail: { method: proof.method, device: client.device, location: client.location },
  };
}
