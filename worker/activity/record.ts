import { and, getTableColumns, inArray, isSQLWrapper, lt, or, type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
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
import type { Actor } from './actor.ts';
import type { Details } from './details.ts';
import { type ActivityKind, KINDS, kindsWhere } from './kinds.ts';

// The only file that writes the table `activity`. `npm run check` enforces this.

/** A value, or the SQL that works it out within the statement. */
type OrSql<Value> = Value | SQL;

/** A kind with its detail. */
type KindAndDetail = {
  [Kind in ActivityKind]: Details[Kind] extends null
    ? { kind: Kind; detail?: never }
    : { kind: Kind; detail: { [Field in keyof Details[Kind]]: OrSql<Details[Kind][Field]> } };
}[ActivityKind];

/** Whose activity it is (a contact's of a workspace, or a member's own), who did it, and the mail that it is about. */
type Subject = {
  /** Its id, for a caller that refers to it; else a new one. */
  id?: ActivityId;
  workspace?: OrSql<WorkspaceId> | null;
  contact?: OrSql<ContactId> | null;
  /** The member whose own activity it is. For what a member does to others, see `actor`. */
  member?: OrSql<MemberId> | null;
  actor?: Actor;
  mail?: OrSql<MailId> | null;
};

export type Activity = KindAndDetail & Subject;

/** The statement that records an activity. Run it alone, or in the batch of the change that it records. */
export function recordActivity(db: Db, entry: Activity, now: number) {
  return insertFrom(db, columnsOf(entry, now), {});
}

/** The statement that records an activity if a condition holds. Run it before the change, in the same batch. */
export function recordActivityIf(db: Db, entry: Activity, condition: SQL, now: number) {
  return insertFrom(db, columnsOf(entry, now), { where: condition });
}

/** The statement that records an activity for a row of another table, if `where` finds it: before the change in its batch. */
export function recordActivityFrom(
  db: Db,
  entry: Activity,
  source: { from: SQLiteTable; where: SQL | undefined },
  now: number,
) {
  return insertFrom(db, columnsOf(entry, now), source);
}

/** Something that became of a mail, or of the link in it. */
export type MailActivity = KindAndDetail & { mail: MailId; at: number };

/**
 * The statement that records what became of mails: each kind once for each mail, however often it is reported.
 * Contact, member and workspace come from the row in `mails`. Mails that are neither a contact's nor about a workspace are left out.
 */
export function recordMailActivity(db: Db, entries: MailActivity[]) {
  const rows = entries.map(({ mail, at, kind, detail }) => {
    return { id: newId<ActivityId>(), mail, at, kind, detail: storedDetail(detail) };
  });
  const columns = {
    ...BLANK,
    id: sql`entry.value ->> 'id'`,
    at: sql`entry.value ->> 'at'`,
    kind: sql`entry.value ->> 'kind'`,
    detail: sql`entry.value ->> 'detail'`,
    workspaceId: sql`mails.workspace_id`,
    contactId: sql`mails.contact_id`,
    memberId: sql`mails.member_id`,
    mailId: sql`mails.id`,
  };
  return insertFrom(db, columns, {
    from: sql`json_each(${JSON.stringify(rows)}) AS entry CROSS JOIN mails`,
    where: sql`mails.id = entry.value ->> 'mail'
      AND (mails.contact_id IS NOT NULL OR mails.about IS NOT NULL)`,
  }).onConflictDoNothing();
}

/** The statement that deletes what has been kept for as long as its kind is (kinds.ts). */
export function deleteOldActivity(db: Db, now: number) {
  const times = [...new Set(Object.values(KINDS).map(({ keptFor }) => keptFor))];
  const longest = Math.max(...times);
  const shorter = times.filter((time) => time < longest);
  const isOver = shorter.map((time) => {
    const kinds = kindsWhere(({ keptFor }) => keptFor === time);
    return and(lt(activity.at, now - time), inArray(activity.kind, kinds));
  });
  return db.delete(activity).where(or(lt(activity.at, now - longest), ...isOver));
}

type Columns = Record<keyof typeof activity.$inferSelect, unknown>;

const BLANK = {
  workspaceId: null,
  contactId: null,
  memberId: null,
  detail: '',
  mailId: null,
};

function columnsOf(entry: Activity, now: number): Columns {
  const { actor } = entry;
  const doneBy = actor?.kind === 'member' ? actor.id : null;
  return {
    ...BLANK,
    id: entry.id ?? newId<ActivityId>(),
    at: now,
    kind: entry.kind,
    workspaceId: entry.workspace ?? null,
    contactId: entry.contact ?? null,
    memberId: entry.member ?? doneBy,
    detail: storedDetail(entry.detail),
    mailId: entry.mail ?? null,
  };
}

/** A detail as JSON; as SQL that makes the JSON where one of its values is SQL. */
function storedDetail(detail: Record<string, unknown> | undefined): string | SQL {
  if (detail === undefined) return '';
  const fields = Object.entries(detail);
  if (!fields.some(([, value]) => isSQLWrapper(value))) return JSON.stringify(detail);
  const pairs = fields.map(([name, value]) =>
    isSQLWrapper(value)
      ? sql`${name}, ${value}`
      : sql`${name}, json(${JSON.stringify(value ?? null)})`,
  );
  return sql`json_object(${sql.join(pairs, sql`, `)})`;
}

/** INSERT … SELECT wants the columns in the table's order. */
function insertFrom(
  db: Db,
  columns: Columns,
  { from, where }: { from?: SQLiteTable | SQL; where?: SQL | undefined },
) {
  const names = Object.keys(getTableColumns(activity)) as (keyof Columns)[];
  const values = sql.join(
    names.map((name) => sql`${columns[name]}`),
    sql`, `,
  );
  const source = from === undefined ? sql`` : sql` FROM ${from}`;
  const condition = where === undefined ? sql`` : sql` WHERE ${where}`;
  return db.insert(activity).select(sql`SELECT ${values}${source}${condition}`);
}
