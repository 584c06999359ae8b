import { and, eq, gt, sql } from 'drizzle-orm';
import { record } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { ContactId, MemberId, WorkspaceId } from '../db/ids.ts';
import { activity, contacts } from '../db/schema.ts';
import { LINK_LIFETIME } from '../limits/rules.ts';
import { endAllOf } from '../sessions/end.ts';

/** What switching access did. Switching on ends nothing. */
export type AccessChange = { portalAccess: boolean; sessionsEnded: number; linksVoided: number };

/** Switches portal access on. Silent on purpose: the freelancer tells the client, not we. */
export async function grantAccess(
  db: Db,
  workspace: WorkspaceId,
  contact: ContactId,
  by: MemberId,
  now: number,
): Promise<AccessChange> {
  const switched = await db
    .update(contacts)
    .set({ portalAccess: true, updatedAt: now })
    .where(and(isContact(workspace, contact), eq(contacts.portalAccess, false)))
    .returning({ id: contacts.id });
  if (switched.length > 0) {
    await record(db, { kind: 'access_on', workspace, contact, member: by }, now);
  }
  return { portalAccess: true, sessionsEnded: 0, linksVoided: 0 };
}

/**
 * Switches portal access off, in one transaction with the end of every session and the death of every
 * link and code under way. The raised epoch keeps them dead when access is switched on again.
 */
export async function revokeAccess(
  db: Db,
  workspace: WorkspaceId,
  contact: ContactId,
  by: MemberId,
  now: number,
): Promise<AccessChange> {
  const [links, ended, switched] = await db.batch([
    pendingLinks(db, workspace, contact, now),
    endAllOf(db, workspace, contact, now),
    db
      .update(contacts)
      .set({ portalAccess: false, linkEpoch: sql`${contacts.linkEpoch} + 1`, updatedAt: now })
      .where(and(isContact(workspace, contact), eq(contacts.portalAccess, true)))
      .returning({ id: contacts.id }),
  ]);
  const change = {
    portalAccess: false,
    sessionsEnded: ended.length,
    linksVoided: links[0]?.count ?? 0,
  };
  if (switched.length > 0) {
    const detail = JSON.stringify({
      sessions: change.sessionsEnded,
      links: change.linksVoided,
    });
    await record(db, { kind: 'access_off', workspace, contact, member: by, detail }, now);
  }
  return change;
}

/** The links of the contact's present epoch that have not expired. */
function pendingLinks(db: Db, workspace: WorkspaceId, contact: ContactId, now: number) {
  return db
    .select({ count: sql<number>`count(*)` })
    .from(activity)
    .innerJoin(contacts, and(isContact(workspace, contact), eq(contacts.portalAccess, true)))
    .where(
      and(
        eq(activity.contactId, contact),
        gt(activity.at, now - LINK_LIFETIME),
        eq(activity.kind, 'link_sent'),
        eq(activity.linkEpoch, contacts.linkEpoch),
      ),
    );
}

function isContact(workspace: WorkspaceId, contact: ContactId) {
  return and(eq(contacts.workspaceId, workspace), eq(contacts.id, contact));
}
