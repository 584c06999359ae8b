import type { WorkspaceId } from '../db/ids.ts';
import { days, hours } from '../values/duration.ts';
import type { Rules } from './mail-rules.ts';
import type { Rule } from './rules.ts';
import type { Share } from './shares.ts';

/** How many mails the deployment may send a day (MAILS_PER_DAY), and whether strangers may open workspaces (SIGN_UP). */
export type MailBudget = { mailsPerDay: number; signUp: 'closed' | 'open' };

/**
 * Who wants a mail. `stranger`: a browser that has not signed in before. `first`: the same, and its network has had no mail
 * on this day. `member`: either, for a member's address. `known`: a browser that has signed in before, or a member's own action.
 */
export type Claimant = 'stranger' | 'first' | 'member' | 'known';

/**
 * How much of a budget each may use up, in percent. Many networks that ask again and again leave something for a network that
 * asks for the first time; all strangers together leave a quarter.
 */
const REACH: Record<Claimant, number> = { stranger: 60, first: 75, member: 85, known: 100 };

/** The hour has a third of the day, so that one bad hour does not use the day up. */
const HOURS_OF_A_DAY = 3;

/** What one workspace may have of the deployment, in percent. Where everybody may open one, no two have it all. */
const OF_WORKSPACE = { closed: 90, open: 67 };

/**
 * What one network may have of the deployment, in percent: once as a stranger to it, once from browsers that are known.
 * Both together stay below what others may use of a workspace, so one network cannot use up their mail. `site`: all networks
 * of one IPv6 site.
 */
const OF_NETWORK = { network: 20, site: 25, 'known-network': 20 };
/** The most for one network of a large deployment. Offices and mobile networks put many people behind one address. */
const NETWORK_MOST = { hour: 60, day: 200 };

/** What all newcomers together may have of the deployment, in percent. Anybody can type anybody's address there. */
const OF_NEWCOMERS = 40;

/** The least of a budget that any of these shares is. */
const LEAST = 1;

type Window = 'hour' | 'day';
const LENGTH: Record<Window, number> = { hour: hours(1), day: days(1) };

function whole({ mailsPerDay }: MailBudget, window: Window): number {
  return window === 'day' ? mailsPerDay : Math.floor(mailsPerDay / HOURS_OF_A_DAY);
}

function percent(share: number, of: number): number {
  return Math.max(LEAST, Math.floor((share * of) / 100));
}

function byClock(name: string, window: Window, most: number): Rule {
  return { name: `mails/${name}/${window}`, most, window: LENGTH[window], by: 'clock' };
}

function bothWindows(rule: (window: Window) => Rule): Rules {
  return { day: rule('day'), hour: rule('hour') };
}

/** What all mails of the deployment may be. */
export function deploymentRules(budget: MailBudget, claimant: Claimant): Rules {
  return bothWindows((window) =>
    byClock('deployment', window, percent(REACH[claimant], whole(budget, window))),
  );
}

/** What the mails of one workspace may be. */
export function workspaceRules(budget: MailBudget, claimant: Claimant): Rules {
  return bothWindows((window) => {
    const ofWorkspace = percent(OF_WORKSPACE[budget.signUp], whole(budget, window));
    return byClock('workspace', window, percent(REACH[claimant], ofWorkspace));
  });
}

/** What one network may ask for, to all addresses. */
export function networkRules(budget: MailBudget, name: keyof typeof OF_NETWORK): Rules {
  return bothWindows((window) => {
    const ofNetwork = percent(OF_NETWORK[name], whole(budget, window));
    return byClock(name, window, Math.min(NETWORK_MOST[window], ofNetwork));
  });
}

/** What all newcomers may ask for together. */
export function newcomerRules(budget: MailBudget): Rules {
  return bothWindows((window) =>
    byClock('newcomers', window, percent(OF_NEWCOMERS, whole(budget, window))),
  );
}

/** A share for the day and one for the hour, in this order: the longer wait is named first. */
export function sharesOf({ day, hour }: Rules, subject: string): Share[] {
  return [
    { rule: day, subject },
    { rule: hour, subject },
  ];
}

/** The share of a workspace; none for null, which stands for members' own mail. */
export function workspaceShares(
  budget: MailBudget,
  workspace: WorkspaceId | null,
  claimant: Claimant,
): Share[] {
  return workspace === null ? [] : sharesOf(workspaceRules(budget, claimant), workspace);
}

/** The share of the deployment. */
export function deploymentShares(budget: MailBudget, claimant: Claimant): Share[] {
  return sharesOf(deploymentRules(budget, claimant), EVERYBODY);
}

/** The subject of what all have together. */
export const EVERYBODY = 'all';
