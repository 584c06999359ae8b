import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { days } from '../values/duration.ts';
import { deploymentRules, type MailBudget, workspaceRules } from './mail-budget.ts';
import type { Rules } from './mail-rules.ts';
import { type BudgetOf, type MailUse, mailUse } from './mail-use.ts';
import type { Rule } from './rules.ts';

/** In percent of what strangers may use: that ceiling is the first that keeps a mail from somebody. */
const WARNED_AT = 80;

/** Notices that mails are nearly used up, to the owners of a workspace and to the operator: one a day of the clock (UTC). */
export const USE_NOTICE: Rule = { name: 'mails/notice', most: 1, window: days(1), by: 'clock' };

/**
 * A budget that is nearly used up: `count` mails of this hour or day. From `strangers` on, no mail goes to a browser that has not
 * signed in before; from `most` on to nobody. `until`: when the count starts anew, in milliseconds.
 */
export type NearlyUsed = {
  window: 'hour' | 'day';
  count: number;
  strangers: number;
  most: number;
  until: number;
};

/** What of a budget is nearly used up, the day before the hour; null for nothing. */
export type NearlyUsedOf = { workspace: NearlyUsed | null; deployment: NearlyUsed | null };

/** What is nearly used up of the mails of the deployment, and of a workspace unless it is null. */
export async function nearlyUsed(
  db: Db,
  budget: MailBudget,
  workspace: WorkspaceId | null,
  now: number,
): Promise<NearlyUsedOf> {
  const whose: BudgetOf[] = workspace === null ? ['deployment'] : ['deployment', workspace];
  const [ofAll, ofWorkspace] = await mailUse(db, budget, whose, now);
  return {
    workspace: nearEnd(ofWorkspace, workspaceRules(budget, 'stranger')),
    deployment: nearEnd(ofAll, deploymentRules(budget, 'stranger')),
  };
}

function nearEnd(use: MailUse | undefined, ofStrangers: Rules): NearlyUsed | null {
  if (use === undefined) return null;
  for (const window of ['day', 'hour'] as const) {
    const strangers = ofStrangers[window].most;
    const isNear = use[window].count * 100 >= strangers * WARNED_AT;
    if (isNear) return { window, strangers, ...use[window] };
  }
  return null;
}
