import { and, eq, gt, gte, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { tries } from '../db/schema.ts';
import type { Rule } from './rules.ts';

/**
 * The statement that counts one try, before it is judged: it returns a row while the try is within the
 * rule, none once the rule is exceeded. One statement, so that parallel tries are counted exactly.
 * @param subject a hash of who or what is limited; never a plain address
 */
export function countTry(db: Db, rule: Rule, subject: string, now: number) {
  const over = sql`${tries.resetsAt} <= ${now}`;
  return db
    .insert(tries)
    .values({ key: tryKey(rule, subject), count: 1, resetsAt: now + rule.window })
    .onConflictDoUpdate({
      target: tries.key,
      set: {
        count: sql`CASE WHEN ${over} THEN 1 ELSE ${tries.count} + 1 END`,
        resetsAt: sql`CASE WHEN ${over} THEN ${now + rule.window} ELSE ${tries.resetsAt} END`,
      },
      setWhere: sql`${over} OR ${tries.count} < ${rule.most}`,
    })
    .returning({ count: tries.count });
}

/** The statement that reads until when a rule is used up for a subject: a row, or none while it isn't. */
export function exhausted(db: Db, rule: Rule, subject: string, now: number) {
  const isOfSubject = eq(tries.key, tryKey(rule, subject));
  return db
    .select({ until: tries.resetsAt })
    .from(tries)
    .where(and(isOfSubject, gte(tries.count, rule.most), gt(tries.resetsAt, now)));
}

/** The row that counts a rule's subject. */
export function tryKey(rule: { name: string }, subject: string): string {
  return `${rule.name}:${subject}`;
}
