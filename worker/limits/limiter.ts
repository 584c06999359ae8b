import { and, eq, gt, gte, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { tries } from '../db/schema.ts';
import { type Rule, resetsAt } from './rules.ts';

/**
 * The statement that counts one try before it is checked. It returns a row while the try is within the rule, none
 * when the rule is exceeded. One statement, so parallel tries are counted exactly.
 * @param subject a hash of what is limited; never a plain address
 */
export function countTry(db: Db, rule: Rule, subject: string, now: number) {
  const expired = sql`${tries.resetsAt} <= ${now}`;
  return db
    .insert(tries)
    .values({ key: tryKey(rule, subject), count: 1, resetsAt: resetsAt(rule, now) })
    .onConflictDoUpdate({
      target: tries.key,
      set: {
        count: sql`CASE WHEN ${expired} THEN 1 ELSE ${tries.count} + 1 END`,
        resetsAt: sql`CASE WHEN ${expired} THEN ${resetsAt(rule, now)} ELSE ${tries.resetsAt} END`,
      },
      setWhere: sql`${expired} OR ${tries.count} < ${rule.most}`,
    })
    .returning({ count: tries.count });
}

/** The statement that reads until when a rule is exhausted for a subject; no row while it is not. */
export function exhausted(db: Db, rule: Rule, subject: string, now: number) {
  const byKey = eq(tries.key, tryKey(rule, subject));
  return db
    .select({ until: tries.resetsAt })
    .from(tries)
    .where(and(byKey, gte(tries.count, rule.most), gt(tries.resetsAt, now)));
}

/** The key of the row that counts a subject of a rule. */
export function tryKey(rule: { name: string }, subject: string): string {
  return `${rule.name}:${subject}`;
}
