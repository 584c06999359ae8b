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
import { storeOutcome } from '../db/store-error.ts';
import type { ClientInfo } from './device.ts';
import { sessionExpiry } from './lifetime.ts';
import { consumedEpoch, nextEpoch, type Proof, validProof } from './proof.ts';

export type StartedSession = {
  session: SessionId;
  subject: ContactId | MemberId;
  /** The subject when it is a member; null for a contact. */
  member: MemberId | null;
  /** The address that is stored for the subject. */
  address: string;
};

/** The browser that signs in. */
export type SigningBrowser = {
  client: ClientInfo;
  /** The hash of the verifier of its sign-in request; null when it has none. */
  verifierHash: string | null;
  /** The session that it had before; it ends when the new one starts. */
  replaces: SessionId | null;
};

/**
 * Uses a proof up and starts a session, or does neither: one D1 batch, which is one transaction (decision 0001).
 * @returns null when the proof is no longer valid: used, changed, revoked, or its account was deleted
 */
export async function startSession(
  db: Db,
  proof: Proof,
  browser: SigningBrowser,
  now: number,
): Promise<StartedSession | null> {
  const { replaces } = browser;
  const row = { id: newId<SessionId>(), proof, browser, now };
  const ending = replaces === null ? [] : [endReplaced(db, replaces, row.id, now)];
  const { account } = proof;
  switch (account.kind) {
    case 'contact':
      return startContact(db, account.workspace, account.id, row, ending);
    case 'member':
      return startMember(db, eq(members.id, account.id), row, ending);
    case 'newcomer':
      // A newcomer becomes a member first. Without a session, the row is one that nobody has used yet.
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

type NewRow = { id: SessionId; proof: Proof; browser: SigningBrowser; now: number };
type Owner = Record<'workspaceId' | 'contactId' | 'memberId', SQL.Aliased>;
type Ending = ReturnType<typeof endReplaced>[];

/**
 * The insert selects from the contact's own row while the proof is valid; the same batch then raises the epoch. So of
 * parallel links and codes only one finds its epoch. The unique index on (account, epoch) enforces it once more.
 */
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
    validProof(db, row.proof, contacts.linkEpoch, eq(passwords.contactId, contacts.id)),
  );
  const owner = {
    workspaceId: sql<WorkspaceId>`${contacts.workspaceId}`.as('workspace_id'),
    contactId: sql<ContactId>`${contacts.id}`.as('contact_id'),
    memberId: sql<null>`NULL`.as('member_id'),
  };
  const batch = db.batch([
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
  return startedBy(db, row.id, batch);
}

/** The same for a member. */
async function startMember(
  db: Db,
  byAccount: SQL,
  row: NewRow,
  ending: Ending,
): Promise<StartedSession | null> {
  const redeemable = and(
    byAccount,
    validProof(db, row.proof, members.linkEpoch, eq(passwords.memberId, members.id)),
  );
  const owner = {
    workspaceId: sql<null>`NULL`.as('workspace_id'),
    contactId: sql<null>`NULL`.as('contact_id'),
    memberId: sql<MemberId>`${members.id}`.as('member_id'),
  };
  const batch = db.batch([
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
  return startedBy(db, row.id, batch);
}

const startedColumns = {
  session: sessions.id,
  contact: sessions.contactId,
  member: sessions.memberId,
  address: sql<string>`coalesce(
    (SELECT contacts.email FROM contacts WHERE contacts.id = ${sessions.contactId}),
    (SELECT members.email FROM members WHERE members.id = ${sessions.memberId})
  )`,
};

type StartedRow = {
  session: SessionId;
  contact: ContactId | null;
  member: MemberId | null;
  address: string;
};

/** The session that a batch has started. If the answer of the batch is lost, D1 is asked once whether it has. */
async function startedBy(
  db: Db,
  id: SessionId,
  batch: Promise<[StartedRow[], ...unknown[]]>,
): Promise<StartedSession | null> {
  try {
    const [rows] = await batch;
    return startedOf(rows);
  } catch (error) {
    if (storeOutcome(error) !== 'unknown') throw error;
    const byId = and(eq(sessions.id, id), isNull(sessions.endedAt));
    const found = db.select(startedColumns).from(sessions).where(byId);
    const started = startedOf(await found.catch(() => []));
    if (started === null) throw error;
    return started;
  }
}

function startedOf([row]: StartedRow[]): StartedSession | null {
  if (row === undefined) return null;
  const { session, contact, member, address } = row;
  const subject = contact ?? member;
  return subject === null ? null : { session, subject, member, address };
}

/** The statement that ends the session that a new one replaces, if the new one has started. */
function endReplaced(db: Db, replaces: SessionId, id: SessionId, now: number) {
  const started = db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, id));
  return db
    .update(sessions)
    .set({ endedAt: now, endedBy: 'sign-in' })
    .where(and(eq(sessions.id, replaces), isNull(sessions.endedAt), exists(started)));
}

/** The columns of a session in the table's order, which INSERT … SELECT needs. */
function sessionColumns<Owner extends Record<string, SQL.Aliased>>(row: NewRow, owner: Owner) {
  return {
    id: sql<SessionId>`${row.id}`.as('id'),
    ...owner,
    method: sql<Proof['method']>`${row.proof.method}`.as('method'),
    linkEpoch: sql<number | null>`${consumedEpoch(row.proof)}`.as('link_epoch'),
    verifierHash: sql<string | null>`${storedVerifier(row)}`.as('verifier_hash'),
    device: sql<string>`${row.browser.client.device}`.as('device'),
    location: sql<string>`${row.browser.client.location}`.as('place'),
    browserHash: sql<string | null>`NULL`.as('browser_hash'),
    createdAt: sql<number>`${row.now}`.as('created_at'),
    lastSeenAt: sql<number>`${row.now}`.as('last_seen_at'),
    expiresAt: sql<number>`${sessionExpiry(row.now, row.now)}`.as('expires_at'),
    endedAt: sql<number | null>`NULL`.as('ended_at'),
    endedBy: sql<null>`NULL`.as('ended_by'),
  };
}

/** A password uses no epoch up, so its session is not given again. */
function storedVerifier({ proof, browser }: NewRow): string | null {
  return proof.method === 'password' ? null : browser.verifierHash;
}

/** The activity that records the sign-in. */
function signedIn({ proof, browser }: NewRow, owner: Owner): Activity {
  const { workspaceId, contactId, memberId } = owner;
  const { client } = browser;
  return {
    kind: 'signed_in',
    workspace: workspaceId.sql,
    contact: contactId.sql,
    member: memberId.sql,
    detail: { method: proof.method, device: client.device, location: client.location },
  };
}
