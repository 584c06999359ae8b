import { and, asc, eq, gt, isNotNull, or, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { senders } from '../db/schema.ts';
import { SENDER_CHECK_EVERY, SENDER_SET_UP_WITHIN, SENDERS_PER_RUN } from '../limits/rules.ts';

/**
 * The statement that lists the senders to be checked now, longest unchecked first: those that mail leaves from, or did; and
 * those that are being set up. What was begun and left lying is not looked at for ever.
 */
export function sendersDue(db: Db, now: number) {
  return db
    .select()
    .from(senders)
    .where(
      and(
        eq(senders.use, 'from'),
        isNotNull(senders.confirmedAt),
        sql`coalesce(${senders.checkedAt}, 0) <= ${now - SENDER_CHECK_EVERY}`,
        or(isNotNull(senders.verifiedAt), gt(senders.createdAt, now - SENDER_SET_UP_WITHIN)),
      ),
    )
    .orderBy(asc(senders.checkedAt))
    .limit(SENDERS_PER_RUN);
}
