import { and, desc, eq, gt, inArray, lt, not, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { companyNames } from '../db/company-names.ts';
import type { ActivityId, ContactId, WorkspaceId } from '../db/ids.ts';
import { activity, contacts, members } from '../db/schema.ts';
import { LINK_LIFETIME, MAILS_PER_ADDRESS } from '../limits/rules.ts';
import { days } from '../values/duration.ts';
import type { ActivityKind } from './record.ts';

/** One thing that happened, ready to be told. `detail` is what its kind recorded, as JSON or empty. */
export type ActivityRow = {
  id: ActivityId;
  at: number;
  kind: ActivityKind;
  detail: string;
  contact: ContactId | null;
  contactName: string | null;
  member: string | null;
};

export type ActivityCursor = { at: number; id: string };

/** Of interest for a contact's card only: that a machine looked at a link is no news of a workspace. */
const ON_THE_CARD_ONLY: ActivityKind[] = ['link_scanned'];
/** A mail that will not arrive, because of its address or of how it was taken. */
const UNREACHABLE: ActivityKind[] = ['mail_bounced', 'mail_suppressed', 'mail_complained'];
/** Somebody tried. */
const TRIED: ActivityKind[] = [
  'link_sent',
  'link_withheld',
  'link_failed',
  'code_locked',
  'password_locked',
];

const ACTIVITY_PAGE = 50;
const TIMELINE_LENGTH = 30;
const SHOWN_AT_HOME = 6;
/** How far back "needs attention" looks: what is older has been dealt with, or given up. */
const ATTENTION_WINDOW = days(7);

/** A page of a workspace's activity, newest first. */
export async function listActivity(
  db: Db,
  workspace: WorkspaceId,
  after: ActivityCursor | null,
): Promise<{ rows: ActivityRow[]; next: ActivityCursor | null }> {
  const older =
    after === null
      ? undefined
      : or(
          lt(activity.at, after.at),
          and(eq(activity.at, after.at), lt(activity.id, after.id as ActivityId)),
        );
  const rows = await rowQuery(db)
    .where(
      and(eq(activity.workspaceId, workspace), older, notInArray(activity.kind, ON_THE_CARD_ONLY)),
    )
    .orderBy(desc(activity.at), desc(activity.id))
    .limit(ACTIVITY_PAGE + 1);
  const shown = rows.slice(0, ACTIVITY_PAGE);
  const last = rows.length > ACTIVITY_PAGE ? shown.at(-1) : undefined;
  return { rows: shown, next: last === undefined ? null : { at: last.at, id: last.id } };
}

/** The statement that lists what happened to one contact, newest first. */
export function contactActivity(db: Db, workspace: WorkspaceId, contact: ContactId) {
  return rowQuery(db)
    .where(and(eq(activity.contactId, contact), eq(activity.workspaceId, workspace)))
    .orderBy(desc(activity.at))
    .limit(TIMELINE_LENGTH);
}

/** The statement that lists who signed in lately. */
export function latestSignIns(db: Db, workspace: WorkspaceId) {
  return db
    .select({
      contact: contacts.id,
      name: contacts.name,
      companies: companyNames,
      at: activity.at,
      detail: activity.detail,
    })
    .from(activity)
    .innerJoin(
      contacts,
      and(eq(contacts.workspaceId, activity.workspaceId), eq(contacts.id, activity.contactId)),
    )
    .where(and(eq(activity.workspaceId, workspace), eq(activity.kind, 'signed_in')))
    .orderBy(desc(activity.at), desc(activity.id))
    .limit(SHOWN_AT_HOME);
}

/**
 * The statement that lists contacts with access who tried and did not get in: of each, the latest of
 * asked, mail failed, code or password locked, when neither a sign-in nor switching off came after it. That they asked too
 * often weighs more than these while there is no mail for it, unless a mail that failed is why they did; that a mail will
 * not arrive, more than any asking since, until the contact is edited. (SQLite takes the bare columns from the row that
 * `max` chose: sqlite.org/lang_select.html, "bare columns".)
 */
export function needsAttention(db: Db, workspace: WorkspaceId, now: number) {
  const since = now - ATTENTION_WINDOW;
  const isUnreachable = inArray(activity.kind, UNREACHABLE);
  const weight = sql<number>`max(${activity.at} + CASE WHEN ${isUnreachable} THEN ${ATTENTION_WINDOW}
    WHEN ${activity.kind} = 'link_withheld' THEN ${MAILS_PER_ADDRESS.window} ELSE 0 END)`;
  return (
    db
      .select({
        contact: contacts.id,
        name: contacts.name,
        kind: activity.kind,
        detail: activity.detail,
        weight,
      })
      .from(activity)
      .innerJoin(
        contacts,
        and(
          eq(contacts.workspaceId, activity.workspaceId),
          eq(contacts.id, activity.contactId),
          eq(contacts.portalAccess, true),
        ),
      )
      .where(
        and(
          eq(activity.workspaceId, workspace),
          gt(activity.at, since),
          inArray(activity.kind, [...TRIED, ...UNREACHABLE]),
          sql`NOT EXISTS (
          SELECT 1 FROM activity AS later
          WHERE later.contact_id = ${activity.contactId} AND later.at >= ${activity.at}
            AND later.kind IN ('signed_in', 'access_off')
        )`,
          // a link that still works is no news yet
          or(sql`${activity.kind} <> 'link_sent'`, lt(activity.at, now - LINK_LIFETIME)),
          // over once they may have a mail again, or have another address
          sql`CASE WHEN ${activity.kind} = 'link_withheld' THEN ${activity.detail} ->> 'until' > ${now}
            AND ${activity.detail} ->> 'epoch' = ${contacts.linkEpoch} AND ${hasArrived()} ELSE true END`,
          // dealt with by who edits the contact, and out of date once a later mail was delivered
          or(
            not(isUnreachable),
            and(
              lt(contacts.updatedAt, activity.at),
              sql`NOT EXISTS (
                SELECT 1 FROM mails AS later
                WHERE later.contact_id = ${activity.contactId} AND later.created_at > ${activity.at}
                  AND later.delivered_at IS NOT NULL
              )`,
            ),
          ),
        ),
      )
      .groupBy(contacts.id)
      // strangers can type wrong passwords: that must not push a mail that failed off the list
      .orderBy(not(inArray(activity.kind, ['link_failed', ...UNREACHABLE])), desc(weight))
      .limit(SHOWN_AT_HOME)
  );
}

/** That no mail failed in the hour before somebody had asked too often, or since. */
function hasArrived(): SQL {
  return sql`NOT EXISTS (
    SELECT 1 FROM activity AS failed
    WHERE failed.contact_id = ${activity.contactId} AND failed.kind = 'link_failed'
      AND failed.at > ${activity.at} - ${MAILS_PER_ADDRESS.window}
  )`;
}

function rowQuery(db: Db) {
  return db
    .select({
      id: activity.id,
      at: activity.at,
      kind: activity.kind,
      detail: activity.detail,
      contact: activity.contactId,
      contactName: contacts.name,
      member: members.email,
    })
    .from(activity)
    .leftJoin(
      contacts,
      and(eq(contacts.workspaceId, activity.workspaceId), eq(contacts.id, activity.contactId)),
    )
    .leftJoin(members, eq(members.id, activity.memberId));
}
