import { and, eq, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { tries } from '../db/schema.ts';
import { tryKey } from './limiter.ts';
import type { Backoff } from './rules.ts';

/**
 * The statement that counts one try before it is checked, and starts the pause after it. It returns a row when the try
 * is admitted, none during a pause. One statement, so parallel tries are counted exactly.
 * @param subject a hash of what is limited; never a plain address
 */
export function admitTry(db: Db, rule: Backoff, subject: string, now: number) {
  const { free, most, pauses, forgottenAfter, since } = rule;
  const expired = sql`${tries.resetsAt} <= ${now}`;
  const belowMost = most === null ? undefined : lt(tries.count, most);
  const notPaused = or(isNull(tries.pausedUntil), lte(tries.pausedUntil, now));
  const count = sql`CASE WHEN ${expired} THEN 1 ELSE ${tries.count} + 1 END`;
  // D1 binds numbers as REAL, and '$[0.0]' is no path
  const pause = sql`json_extract(${JSON.stringify(pauses)}, '$[' || CAST(min(${tries.count} + 1 - ${free}, ${pauses.length - 1}) AS INTEGER) || ']')`;
  return db
    .insert(tries)
    .values({ key: tryKey(rule, subject), count: 1, resetsAt: now + forgottenAfter })
    .onConflictDoUpdate({
      target: tries.key,
      set: {
        count,
        resetsAt:
          since === 'last'
            ? now + forgottenAfter
            : sql`CASE WHEN ${expired} THEN ${now + forgottenAfter} ELSE ${tries.resetsAt} END`,
        pausedUntil: sql`CASE WHEN ${expired} OR ${tries.count} + 1 < ${free} THEN NULL ELSE ${now} + ${pause} END`,
      },
      setWhere: sql`${expired} OR (${and(notPaused, belowMost)})`,
    })
    .returning({ count: tries.count });
}

/** The statement that reads until when tries of a subject are refused: `until` may be past or null. */
export function pauseOf(db: Db, rule: Backoff, subject: string) {
  const { most } = rule;
  const until =
    most === null
      ? sql<number | null>`${tries.pausedUntil}`
      : sql<
          number | null
        >`CASE WHEN ${tries.count} >= ${most} THEN ${tries.resetsAt} ELSE ${tries.pausedUntil} END`;
  return db
    .select({ until })
    .from(tries)
    .where(eq(tries.key, tryKey(rule, subject)));
}

/** The statement that takes back a try that was no failure, with its pause. */
export function refundTry(db: Db, rule: Backoff, subject: string) {
  return db
    .update(tries)
    .set({ count: sql`max(${tries.count} - 1, 0)`, pausedUntil: null })
    .where(eq(tries.key, tryKey(rule, subject)));
}

/** The statement that forgets all failures of a subject. */
export function clearTries(db: Db, rule: Backoff, subject: string) {
  return db.delete(tries).where(eq(tries.key, tryKey(rule, subject)));
}
