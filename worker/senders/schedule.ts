import { and, asc, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { senders } from '../db/schema.ts';
import {
  SENDER_CHECK_EVERY,
  SENDER_SET_UP_WITHIN,
  SENDERS_PER_RUN,
  SETTING_UP_PER_RUN,
} from '../limits/rules.ts';
import type { Sender } from './store.ts';

/**
 * The senders to be checked now, longest unchecked first: those that mail leaves from, or did; and some of those that are
 * being set up, which may be any number of anybody's, and must not keep the others waiting. What was begun and left lying is
 * not looked at for ever.
 */
export async function sendersDue(db: Db, now: number): Promise<Sender[]> {
  const isBegun = and(
    isNull(senders.verifiedAt),
    gt(senders.createdAt, now - SENDER_SET_UP_WITHIN),
  );
  const [inUse, begun] = await db.batch([
    longestUnchecked(db, isNotNull(senders.verifiedAt), now),
    longestUnchecked(db, isBegun, now),
  ]);
  const first = inUse.slice(0, SENDERS_PER_RUN - Math.min(begun.length, SETTING_UP_PER_RUN));
  return [...first, ...begun.slice(0, SENDERS_PER_RUN - first.length)];
}

/** Whether a sender is checked by itself, once it is due. */
export function isScheduled(
  { use, confirmedAt, verifiedAt, createdAt }: Sender,
  now: number,
): boolean {
  const isBegun = createdAt > now - SENDER_SET_UP_WITHIN;
  return use === 'from' && confirmedAt !== null && (verifiedAt !== null || isBegun);
}

function longestUnchecked(db: Db, which: SQL | undefined, now: number) {
  return db
    .select()
    .from(senders)
    .where(
      and(
        eq(senders.use, 'from'),
        isNotNull(senders.confirmedAt),
        sql`coalesce(${senders.checkedAt}, 0) <= ${now - SENDER_CHECK_EVERY}`,
        which,
      ),
    )
    .orderBy(asc(senders.checkedAt))
    .limit(SENDERS_PER_RUN);
}
