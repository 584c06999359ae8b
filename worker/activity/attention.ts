import { and, desc, eq, gt, inArray, lt, not, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { activity, contacts } from '../db/schema.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import { days, hours } from '../values/duration.ts';
import { type AttentionKind, type AttentionReason, kindsWhere } from './kinds.ts';
import { SHOWN_AT_HOME } from './list.ts';

/** Shown before all others. Strangers can type wrong passwords, which must not push a mail that failed off the list. */
const FIRST: AttentionReason[] = ['unsent', 'unreachable'];
/** How far back "needs attention" looks: what is older has been dealt with, or given up. */
const ATTENTION_WINDOW = days(7);
/** How much longer a ceiling that was met stays on top: it outweighs the requests of this hour. */
const WITHHELD_WEIGHT = hours(1);

/**
 * The statement that lists contacts with access who need attention, each with its weightiest activity of the last days.
 * (SQLite takes the bare columns from the row that `max` chose: sqlite.org/lang_select.html, "bare columns".)
 */
export function needsAttention(db: Db, workspace: WorkspaceId, now: number) {
  const weight = weightOf();
  return db
    .select({
      contact: contacts.id,
      name: contacts.name,
      kind: sql<AttentionKind>`${activity.kind}`,
      detail: activity.detail,
      weight,
    })
    .from(activity)
    .innerJoin(contacts, WITH_ACCESS)
    .where(and(eq(activity.workspaceId, workspace), isOpen(now)))
    .groupBy(contacts.id)
    .orderBy(not(is(...FIRST)), desc(weight))
    .limit(SHOWN_AT_HOME);
}

/** The contact of an activity, while they have access. */
const WITH_ACCESS = and(
  eq(contacts.workspaceId, activity.workspaceId),
  eq(contacts.id, activity.contactId),
  eq(contacts.portalAccess, true),
);

/**
 * The later, the weightier. That an address cannot be reached outweighs every request since, until the contact is edited;
 * that mails are withheld outweighs the requests of the same hour.
 */
function weightOf(): SQL<number> {
  return sql`max(${activity.at} + CASE WHEN ${is('unreachable')} THEN ${ATTENTION_WINDOW}
    WHEN ${is('withheld')} THEN ${WITHHELD_WEIGHT} ELSE 0 END)`;
}

/** Recent, not followed by a sign-in or the end of access, and not settled in another way either. */
function isOpen(now: number): SQL | undefined {
  return and(
    gt(activity.at, now - ATTENTION_WINDOW),
    inArray(
      activity.kind,
      kindsWhere(({ attention }) => attention !== null),
    ),
    sql`NOT EXISTS (
      SELECT 1 FROM activity AS later
      WHERE later.contact_id = ${activity.contactId} AND later.at >= ${activity.at}
        AND later.kind IN ('signed_in', 'access_off')
    )`,
    // a link that still works needs nobody's attention yet
    or(not(is('asked')), lt(activity.at, now - LINK_LIFETIME)),
    or(not(is('withheld')), isStillWithheld(now)),
    or(not(is('unreachable')), isStillUnreachable()),
  );
}

/**
 * The limit still holds and the epoch is unchanged. If a mail failed in that hour or later, the failure is shown instead,
 * because it explains the many requests.
 */
function isStillWithheld(now: number): SQL | undefined {
  return and(
    sql`${activity.detail} ->> 'until' > ${now}`,
    // one network that asks in everybody's name must not fill the list
    sql`${activity.detail} ->> 'ceiling' IS NOT 'network'`,
    sql`${activity.detail} ->> 'epoch' = ${contacts.linkEpoch}`,
    sql`NOT EXISTS (
      SELECT 1 FROM activity AS failed
      WHERE failed.contact_id = ${activity.contactId} AND failed.kind = 'link_failed'
        AND failed.at > ${activity.at} - ${WITHHELD_WEIGHT}
    )`,
  );
}

/** Nobody has edited the contact since, and no later mail was delivered. */
function isStillUnreachable(): SQL | undefined {
  return and(
    lt(contacts.updatedAt, activity.at),
    sql`NOT EXISTS (
      SELECT 1 FROM mails AS later
      WHERE later.contact_id = ${activity.contactId} AND later.created_at > ${activity.at}
        AND later.delivered_at IS NOT NULL
    )`,
  );
}

function is(...reasons: AttentionReason[]): SQL {
  const kinds = kindsWhere(({ attention }) => attention !== null && reasons.includes(attention));
  return inArray(activity.kind, kinds);
}
