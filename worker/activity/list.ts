import { and, desc, eq, lt, notInArray, or } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { companyNames } from '../db/company-names.ts';
import type { ActivityId, ContactId, WorkspaceId } from '../db/ids.ts';
import { activity, contacts, members } from '../db/schema.ts';
import { type ActivityKind, kindsWhere } from './kinds.ts';

/** One activity. `detail` is as it is stored: `readDetail` (details.ts) reads it. */
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

const ON_CARD_ONLY = kindsWhere(({ shownOn }) => shownOn === 'card');
const ACTIVITY_PAGE = 50;
const TIMELINE_LENGTH = 30;
/** The most rows of each list on Home. */
export const SHOWN_AT_HOME = 6;

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
    .where(and(eq(activity.workspaceId, workspace), older, notInArray(activity.kind, ON_CARD_ONLY)))
    .orderBy(desc(activity.at), desc(activity.id))
    .limit(ACTIVITY_PAGE + 1);
  const shown = rows.slice(0, ACTIVITY_PAGE);
  const last = rows.length > ACTIVITY_PAGE ? shown.at(-1) : undefined;
  return { rows: shown, next: last === undefined ? null : { at: last.at, id: last.id } };
}

/** The statement that lists one contact's activity, newest first. */
export function contactActivity(db: Db, workspace: WorkspaceId, contact: ContactId) {
  return rowQuery(db)
    .where(and(eq(activity.contactId, contact), eq(activity.workspaceId, workspace)))
    .orderBy(desc(activity.at))
    .limit(TIMELINE_LENGTH);
}

/** The statement that lists a workspace's latest sign-ins. */
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
