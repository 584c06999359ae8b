import { and, count, eq, gt, type SQL, sql } from 'drizzle-orm';
import { activityColumns } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { ContactId, MemberId, WorkspaceId } from '../db/ids.ts';
import { activity, contacts, magicLinks } from '../db/schema.ts';
import { LINK_LIFETIME } from '../limits/rules.ts';
import { endActiveSessions } from '../sessions/end.ts';
import { countActiveSessions } from '../sessions/list.ts';
import { contactAccount } from './contacts.ts';

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
  const off = isContact(workspace, contact, false);
  await db.batch([
    recordSwitch(db, off, { kind: 'access_on', by, detail: sql`''` }, now),
    db.update(contacts).set({ portalAccess: true, updatedAt: now }).where(off),
  ]);
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
  const on = isContact(workspace, contact, true);
  const links = pendingLinks(db, on, now);
  const account = contactAccount(workspace, { id: contact });
  const living = countActiveSessions(db, account, now);
  const detail = sql`json_object('sessions', (${living}), 'links', (${links}))`;
  const [voided, , ended] = await db.batch([
    links,
    recordSwitch(db, on, { kind: 'access_off', by, detail }, now),
    endActiveSessions(db, account, 'access-off', now),
    db
      .update(contacts)
      .set({ portalAccess: false, linkEpoch: sql`${contacts.linkEpoch} + 1`, updatedAt: now })
      .where(on),
  ]);
  return {
    portalAccess: false,
    sessionsEnded: ended.length,
    linksVoided: voided[0]?.count ?? 0,
  };
}

function isContact(workspace: WorkspaceId, contact: ContactId, portalAccess: boolean) {
  return and(
    eq(contacts.workspaceId, workspace),
    eq(contacts.id, contact),
    eq(contacts.portalAccess, portalAccess),
  );
}

/** The unexpired links of the contact's present epoch. */
function pendingLinks(db: Db, on: SQL | undefined, now: number) {
  return db
    .select({ count: count() })
    .from(magicLinks)
    .innerJoin(contacts, and(on, eq(contacts.id, magicLinks.contactId)))
    .where(
      and(
        gt(magicLinks.requestedAt, now - LINK_LIFETIME),
        eq(magicLinks.linkEpoch, contacts.linkEpoch),
      ),
    );
}

type Switch = { kind: 'access_on' | 'access_off'; by: MemberId; detail: SQL };

/** Records that access is about to be switched, from the contact's own row: a switch that is no change is no news. */
function recordSwitch(db: Db, from: SQL | undefined, { kind, by, detail }: Switch, now: number) {
  const entry = {
    kind,
    workspace: sql`${contacts.workspaceId}`,
    contact: sql`${contacts.id}`,
    member: sql`${by}`,
    detail,
  };
  return db
    .insert(activity)
    .select(db.select(activityColumns(entry, now)).from(contacts).where(from));
}
