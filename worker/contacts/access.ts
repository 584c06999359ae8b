import { and, count, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivityFrom } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { ContactId, WorkspaceId } from '../db/ids.ts';
import { contacts, magicLinks } from '../db/schema.ts';
import type { Allowed } from '../limits/allowance.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import { endActiveSessions } from '../sessions/end.ts';
import { countActiveSessions } from '../sessions/list.ts';
import { contactAccount, countWithAccess } from './contacts.ts';

/** What switching access did. Switching it on ends nothing. */
export type AccessChange = { portalAccess: boolean; sessionsEnded: number; linksVoided: number };

/**
 * Switches portal access on. Mails nothing: the freelancer shares the portal's address. It stays off when as many contacts as
 * are allowed have access; one transaction, so parallel requests cannot exceed that.
 */
export async function grantAccess(
  db: Db,
  workspace: WorkspaceId,
  contact: ContactId,
  allowed: Allowed | null,
  actor: Actor,
  now: number,
): Promise<AccessChange> {
  const isBelow =
    allowed === null ? undefined : sql`(${countWithAccess(db, workspace)}) < ${allowed.most}`;
  const whereOff = and(byAccess(workspace, contact, false), isBelow);
  const entry = { kind: 'access_on', workspace, contact, actor } as const;
  const [, , stillOff] = await db.batch([
    recordActivityFrom(db, entry, { from: contacts, where: whereOff }, now),
    db.update(contacts).set({ portalAccess: true, updatedAt: now }).where(whereOff),
    db
      .select({ id: contacts.id })
      .from(contacts)
      .where(byAccess(workspace, contact, false)),
  ]);
  return { portalAccess: stillOff.length === 0, sessionsEnded: 0, linksVoided: 0 };
}

/**
 * Switches portal access off, and in the same transaction ends every session and voids every pending link and code. The
 * raised epoch keeps them void when access is switched on again.
 */
export async function revokeAccess(
  db: Db,
  workspace: WorkspaceId,
  contact: ContactId,
  actor: Actor,
  now: number,
): Promise<AccessChange> {
  const whereOn = byAccess(workspace, contact, true);
  const links = pendingLinks(db, whereOn, now);
  const account = contactAccount(workspace, { id: contact });
  const active = countActiveSessions(db, account, now);
  const detail = { sessions: sql`(${active})`, links: sql`(${links})` };
  const entry = { kind: 'access_off', workspace, contact, actor, detail } as const;
  const [voided, , ended] = await db.batch([
    links,
    recordActivityFrom(db, entry, { from: contacts, where: whereOn }, now),
    endActiveSessions(db, account, 'access-off', now),
    db
      .update(contacts)
      .set({ portalAccess: false, linkEpoch: sql`${contacts.linkEpoch} + 1`, updatedAt: now })
      .where(whereOn),
  ]);
  return {
    portalAccess: false,
    sessionsEnded: ended.length,
    linksVoided: voided[0]?.count ?? 0,
  };
}

/** The contact, while its access is as given: a switch that changes nothing is not recorded. */
function byAccess(workspace: WorkspaceId, contact: ContactId, portalAccess: boolean) {
  return and(
    eq(contacts.workspaceId, workspace),
    eq(contacts.id, contact),
    eq(contacts.portalAccess, portalAccess),
  );
}

/** The unexpired links of the contact's present epoch. */
function pendingLinks(db: Db, whereOn: SQL | undefined, now: number) {
  return db
    .select({ count: count() })
    .from(magicLinks)
    .innerJoin(contacts, and(whereOn, eq(contacts.id, magicLinks.contactId)))
    .where(
      and(
        gt(magicLinks.requestedAt, now - LINK_LIFETIME),
        eq(magicLinks.linkEpoch, contacts.linkEpoch),
      ),
    );
}
