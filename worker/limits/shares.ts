import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { tries } from '../db/schema.ts';
import { tryKey } from './limiter.ts';
import { type Rule, resetsAt } from './rules.ts';

/** What one subject may have of a rule. `subject` is a hash or an id, never a plain address. */
export type Share = { rule: Rule; subject: string };

/** A condition: no share of a list is used up. */
export function sharesLeft(shares: Share[], now: number): SQL {
  return sql`NOT EXISTS (${usedUp(shares, sql`1`, now)})`;
}

/**
 * A query in SQL: the first share of a list that is used up, in the order of the list; no row if none is. `columns` may
 * name `share.value` (what `asJson` writes) and the counter's row in `tries`.
 */
export function usedUp(shares: Share[], columns: SQL, now: number): SQL {
  return sql`SELECT ${columns} FROM json_each(${asJson(shares, now)}) AS share CROSS JOIN tries
    WHERE tries.key = share.value ->> 'key' AND tries.count >= share.value ->> 'most'
      AND tries.resets_at > ${now}
    ORDER BY share.key LIMIT 1`;
}

/**
 * The statement that counts one use of every share, if a condition holds. It returns the counts, or no row.
 * One statement, so nothing is counted anywhere when the condition fails.
 */
export function countShares(db: Db, shares: Share[], condition: SQL, now: number) {
  const isOver = sql`${tries.resetsAt} <= ${now}`;
  const rows = sql`SELECT share.value ->> 'key', 1, share.value ->> 'resetsAt', NULL
    FROM json_each(${asJson(shares, now)}) AS share WHERE ${condition}`;
  return db
    .insert(tries)
    .select(rows)
    .onConflictDoUpdate({
      target: tries.key,
      set: {
        count: sql`CASE WHEN ${isOver} THEN 1 ELSE ${tries.count} + 1 END`,
        resetsAt: sql`CASE WHEN ${isOver} THEN excluded.resets_at ELSE ${tries.resetsAt} END`,
      },
    })
    .returning({ key: tries.key, count: tries.count });
}

/** The statement that counts one use of every share if none is used up. It returns the counts, or no row. */
export function claimShares(db: Db, shares: Share[], now: number) {
  return countShares(db, shares, sharesLeft(shares, now), now);
}

/** Whether the use that was just counted is the last one of a share. */
export function isLastOf(share: Share, counted: { key: string; count: number }[]): boolean {
  const key = tryKey(share.rule, share.subject);
  return counted.some((row) => row.key === key && row.count >= share.rule.most);
}

/** Shares as one parameter: a statement of D1 takes 100 at most. */
function asJson(shares: Share[], now: number): string {
  const rows = shares.map(({ rule, subject, ...more }) => {
    return { ...more, key: tryKey(rule, subject), most: rule.most, resetsAt: resetsAt(rule, now) };
  });
  return JSON.stringify(rows);
}
