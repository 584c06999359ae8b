import { and, asc, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { senders } from '../db/schema.ts';
import { days, hours } from '../values/duration.ts';
import type { Sender } from './store.ts';

/** How often the schedule checks a sender. */
const CHECK_EVERY = hours(1);

/** For how long the schedule checks a sender that was never verified. */
const SET_UP_WITHIN = days(14);

/**
 * Senders checked in one run. Six, with seven requests and at most eight D1 statements each, stay within the 50 of either
 * that the Free plan allows.
 */
export const SENDERS_PER_RUN = 6;

/** How many of these may be senders that were never verified, while others are due. */
const SETTING_UP_PER_RUN = 2;

/**
 * The senders that are due for a check, longest unchecked first: verified ones, and some that are being set up. Anybody
 * can have any number of the latter, and they must not keep the verified ones waiting.
 */
export async function sendersDue(db: Db, now: number): Promise<Sender[]> {
  const settingUp = and(isNull(senders.verifiedAt), gt(senders.createdAt, now - SET_UP_WITHIN));
  const [verified, begun] = await db.batch([
    longestUnchecked(db, isNotNull(senders.verifiedAt), now),
    longestUnchecked(db, settingUp, now),
  ]);
  const first = verified.slice(0, SENDERS_PER_RUN - Math.min(begun.length, SETTING_UP_PER_RUN));
  return [...first, ...begun.slice(0, SENDERS_PER_RUN - first.length)];
}

/** Whether the schedule checks a sender, once it is due. */
export function isScheduled(
  { use, confirmedAt, verifiedAt, createdAt }: Sender,
  now: number,
): boolean {
  const isRecent = createdAt > now - SET_UP_WITHIN;
  return use === 'from' && confirmedAt !== null && (verifiedAt !== null || isRecent);
}

function longestUnchecked(db: Db, where: SQL | undefined, now: number) {
  return db
    .select()
    .from(senders)
    .where(
      and(
        eq(senders.use, 'from'),
        isNotNull(senders.confirmedAt),
        sql`coalesce(${senders.checkedAt}, 0) <= ${now - CHECK_EVERY}`,
        where,
      ),
    )
    .orderBy(asc(senders.checkedAt))
    .limit(SENDERS_PER_RUN);
}
