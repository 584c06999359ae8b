import { inArray, type SQL } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { tries } from '../db/schema.ts';
import { tryKey } from './limiter.ts';
import {
  deploymentRules,
  deploymentShares,
  EVERYBODY,
  type MailBudget,
  workspaceRules,
  workspaceShares,
} from './mail-budget.ts';
import { type Rule, resetsAt } from './rules.ts';
import { countShares, type Share } from './shares.ts';

/** How much of a share is used: `count` mails of `most`, until `until` (milliseconds), when the count starts anew. */
export type Used = { count: number; most: number; until: number };

/** What is used of a budget in this hour and on this day (UTC). */
export type MailUse = { day: Used; hour: Used };

/**
 * The statement that counts a mail of a workspace, or a member's own for null, if a condition holds. Mails that are not
 * limited here count as well: they leave by the same plan.
 */
export function countMail(db: Db, workspace: WorkspaceId | null, condition: SQL, now: number) {
  return countShares(db, wholeBudget(ANY_BUDGET, workspace), condition, now);
}

/** Counting does not ask how much there is. */
const ANY_BUDGET: MailBudget = { mailsPerDay: Number.MAX_SAFE_INTEGER, signUp: 'closed' };

/** All that the known may use of the deployment, and of a workspace unless it is null. */
export function wholeBudget(budget: MailBudget, workspace: WorkspaceId | null): Share[] {
  return [...workspaceShares(budget, workspace, 'known'), ...deploymentShares(budget, 'known')];
}

/** Whose budget: a workspace's, or that of all together. */
export type BudgetOf = WorkspaceId | 'deployment';

/** What each has used of its budget, in their order, in one query. */
export async function mailUse(
  db: Db,
  budget: MailBudget,
  whose: BudgetOf[],
  now: number,
): Promise<MailUse[]> {
  const each = whose.map((one) => {
    const ofAll = one === 'deployment';
    const rules = ofAll ? deploymentRules(budget, 'known') : workspaceRules(budget, 'known');
    return { ...rules, subject: ofAll ? EVERYBODY : one };
  });
  const keys = each.flatMap(({ day, hour, subject }) => [
    tryKey(day, subject),
    tryKey(hour, subject),
  ]);
  const counters = await db.select().from(tries).where(inArray(tries.key, keys));
  function used(rule: Rule, subject: string): Used {
    const counter = counters.find(({ key }) => key === tryKey(rule, subject));
    const isCurrent = counter !== undefined && counter.resetsAt > now;
    const count = isCurrent ? counter.count : 0;
    return { count, most: rule.most, until: resetsAt(rule, now) };
  }
  return each.map(({ day, hour, subject }) => {
    return { day: used(day, subject), hour: used(hour, subject) };
  });
}
