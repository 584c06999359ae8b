import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import type { Account } from '../accounts/account.ts';
import type { Realm } from '../accounts/realm.ts';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { contacts, members, sessions } from '../db/schema.ts';
import { minutes } from '../values/duration.ts';
import type { StartedSession } from './start.ts';

/** For how long after a sign-in its browser may be given the session again, because the answer may have been lost. */
export const LOST_ANSWER = minutes(1);

/** A session that a browser started a moment ago by link or code. */
export type LostSession = StartedSession & {
  method: 'link' | 'code' | 'password';
  /** The epoch that it used up. */
  epoch: number | null;
  /** What its link or code may have been made for: a newcomer becomes a member by signing in. */
  accounts: Account[];
};

/**
 * Finds the sessions that the browser of a verifier started in this realm within LOST_ANSWER, and that nothing has
 * happened to since: not ended, access on, and the epoch still the one that the sign-in left.
 */
export async function findLostSessions(
  db: Db,
  realm: Realm,
  verifierHash: string,
  now: number,
): Promise<LostSession[]> {
  return realm.kind === 'portal'
    ? ofContacts(db, realm.workspace, verifierHash, now)
    : ofMembers(db, verifierHash, now);
}

async function ofContacts(
  db: Db,
  workspace: WorkspaceId,
  verifierHash: string,
  now: number,
): Promise<LostSession[]> {
  const rows = await db
    .select({ ...columns, id: contacts.id, address: contacts.email })
    .from(sessions)
    .innerJoin(
      contacts,
      and(eq(contacts.workspaceId, sessions.workspaceId), eq(contacts.id, sessions.contactId)),
    )
    .where(
      and(
        isRecent(verifierHash, now),
        eq(sessions.workspaceId, workspace),
        eq(contacts.portalAccess, true),
        eq(contacts.linkEpoch, EPOCH_LEFT),
      ),
    );
  return rows.map(({ id, ...row }) => ({
    ...row,
    subject: id,
    member: null,
    accounts: [{ kind: 'contact', workspace, id }],
  }));
}

async function ofMembers(db: Db, verifierHash: string, now: number): Promise<LostSession[]> {
  const rows = await db
    .select({ ...columns, id: members.id, address: members.email, key: members.emailKey })
    .from(sessions)
    .innerJoin(members, eq(members.id, sessions.memberId))
    .where(and(isRecent(verifierHash, now), eq(members.linkEpoch, EPOCH_LEFT)));
  return rows.map(({ id, address, key, ...row }) => ({
    ...row,
    subject: id,
    member: id,
    address,
    accounts: [
      { kind: 'member', id },
      { kind: 'newcomer', email: { address, key } },
    ],
  }));
}

/** The epoch that the sign-in of a session left its account with. */
const EPOCH_LEFT = sql`${sessions.linkEpoch} + 1`;

const columns = {
  session: sessions.id,
  method: sessions.method,
  epoch: sessions.linkEpoch,
};

function isRecent(verifierHash: string, now: number): SQL | undefined {
  return and(
    eq(sessions.verifierHash, verifierHash),
    gt(sessions.createdAt, now - LOST_ANSWER),
    gt(sessions.expiresAt, now),
    isNull(sessions.endedAt),
  );
}
