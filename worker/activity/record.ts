import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import {
  type ActivityId,
  type ContactId,
  type MailId,
  type MemberId,
  newId,
  type WorkspaceId,
} from '../db/ids.ts';
import { activity } from '../db/schema.ts';

export type ActivityKind = (typeof activity.$inferSelect)['kind'];

/** Something that happened: to a contact of a workspace, to a member, or done by a member to a contact. */
export type Activity = {
  kind: ActivityKind;
  workspace?: WorkspaceId | null | undefined;
  contact?: ContactId | null | undefined;
  member?: MemberId | null | undefined;
  /** The mail that it is about. */
  mail?: MailId | null | undefined;
  detail?: string | SQL;
};

/** The statement that records a happening; run it alone or in the batch of what it tells of. */
export function recordActivity(db: Db, entry: Activity, now: number) {
  return db.insert(activity).values({
    id: newId<ActivityId>(),
    at: now,
    kind: entry.kind,
    workspaceId: entry.workspace ?? null,
    contactId: entry.contact ?? null,
    memberId: entry.member ?? null,
    detail: entry.detail ?? '',
    mailId: entry.mail ?? null,
  });
}

/** The statement that records a happening only if a condition holds: in the batch of what it tells of. */
export function recordActivityIf(db: Db, entry: Activity, only: SQL, now: number) {
  const { kind, workspace = null, contact = null, member = null, detail = '', mail = null } = entry;
  return db.insert(activity).select(
    sql`SELECT ${newId<ActivityId>()}, ${now}, ${kind}, ${workspace}, ${contact}, ${member},
          ${detail}, ${mail}
        WHERE ${only}`,
  );
}

/** A happening told by another row's columns. `null` for what it doesn't concern. */
type ActivityFrom = {
  kind: ActivityKind;
  workspace: SQL | null;
  contact: SQL | null;
  member: SQL | null;
  detail: SQL;
};

/**
 * The columns of an activity row in the table's order, for INSERT … SELECT: so that something is recorded
 * only if the row it is about is there, in the state that the statement's `where` asks for.
 */
export function activityColumns(from: ActivityFrom, now: number) {
  return {
    id: sql<ActivityId>`${newId<ActivityId>()}`.as('id'),
    at: sql<number>`${now}`.as('at'),
    kind: sql<ActivityKind>`${from.kind}`.as('kind'),
    workspaceId: sql<WorkspaceId | null>`${from.workspace}`.as('workspace_id'),
    contactId: sql<ContactId | null>`${from.contact}`.as('contact_id'),
    memberId: sql<MemberId | null>`${from.member}`.as('member_id'),
    detail: sql<string>`${from.detail}`.as('detail'),
    mailId: sql<null>`NULL`.as('mail_id'),
  };
}
