import { days, hours, minutes } from '../values/duration.ts';

/**
 * A counted limit: at most `most` tries within `window` milliseconds of the first; with `by: 'clock'` within each hour or
 * day of the clock (UTC). `name` is stored in the counters' keys, so it never changes.
 */
export type Rule = { name: string; most: number; window: number; by?: 'clock' };

/** When a count that starts now ends. */
export function resetsAt({ window, by }: Pick<Rule, 'window' | 'by'>, now: number): number {
  return by === 'clock' ? (Math.floor(now / window) + 1) * window : now + window;
}

/** Codes typed for one sign-in request, right or wrong. Five guesses of 2^30 find nothing; a person needs fewer. */
export const CODES_PER_REQUEST: Rule = { name: 'code/attempt', most: 5, window: hours(1) };

/**
 * Codes typed for one address in one realm, right or wrong, over all networks and all browsers that are not known to it.
 * Attack: a new request, browser or network must not start a new count (CVE-2026-33640).
 */
export const CODES_PER_ADDRESS: Rule = { name: 'code/address', most: 20, window: hours(1) };

/**
 * Codes typed for one address from one client network. Attack: a stranger types wrong codes until nobody can type one. It is
 * less than half of CODES_PER_ADDRESS, so one network cannot use that up, whenever its hour begins.
 */
export const CODES_PER_NETWORK_AND_ADDRESS: Rule = {
  name: 'code/network-address',
  most: 8,
  window: hours(1),
};

/** Codes typed for one address in a browser that has signed in to it before. Strangers cannot touch this share. */
export const CODES_PER_KNOWN_BROWSER: Rule = { name: 'code/known', most: 10, window: hours(1) };

/** Codes typed beside the links of one sign-in request, on scanner networks, where a link needs its code as well. */
export const CODES_PER_LINK: Rule = { name: 'code/link', most: 5, window: hours(1) };

/**
 * A counted limit with growing pauses: `free` tries, then one try after each pause. The last pause repeats. After
 * `most` tries there are none. The count ends `forgottenAfter` milliseconds `since` the first or last counted try.
 */
export type Backoff = {
  name: string;
  free: number;
  pauses: number[];
  most: number | null;
  forgottenAfter: number;
  since: 'first' | 'last';
};

/**
 * Wrong passwords in a row for one address in one realm, known or not, over all networks and strange browsers. NIST SP 800-63B-4, 3.2.2:
 * growing waits, at most 100 failures in a row. Only the password is paused; links work (decision 0012).
 */
export const PASSWORDS_PER_ADDRESS: Backoff = {
  name: 'password/address',
  free: 5,
  pauses: [minutes(1), minutes(5), minutes(15), hours(1), hours(6), hours(24)],
  most: 100,
  forgottenAfter: days(30),
  since: 'last',
};

/**
 * Wrong passwords in a row for one address, in one browser that has signed in to it before. Strangers cannot pause it
 * (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Each browser has a count of its own.
 */
export const PASSWORDS_PER_KNOWN_BROWSER: Backoff = {
  ...PASSWORDS_PER_ADDRESS,
  name: 'password/known',
};

/**
 * Wrong passwords from one client network, over all realms and addresses. Attack: trying one password on many
 * contacts. The people of an office share a network, so more tries are free, and the count ends after a day.
 */
export const PASSWORDS_PER_NETWORK: Backoff = {
  name: 'password/origin',
  free: 30,
  pauses: [minutes(1), minutes(5), minutes(15), hours(1)],
  most: null,
  forgottenAfter: days(1),
  since: 'first',
};

/** Passwords set by one account. Each costs a derivation, a breach look-up and a mail. */
export const PASSWORD_CHANGES_PER_ACCOUNT: Rule = {
  name: 'password/change',
  most: 10,
  window: hours(1),
};

/**
 * Mails to one member about new browsers; beyond it none is sent. A browser that deletes its cookies must not flood an
 * inbox. An attacker who uses the limit up has already triggered ten warnings.
 */
export const NEW_DEVICES_PER_MEMBER: Rule = { name: 'mail/new-device', most: 10, window: hours(1) };

/**
 * Invitations to one address from one workspace, and by one member in all their workspaces: people are not to be flooded, and
 * a contact who is deleted and added again has the same count.
 */
export const INVITATIONS_PER_ADDRESS: Rule = {
  name: 'invitation/address',
  most: 3,
  window: days(1),
};
export const INVITATIONS_PER_ACTOR: Rule = { name: 'invitation/actor', most: 100, window: days(1) };

/** Samples of the sign-in mail to one member: enough to try a brand with, too few to flood an inbox. */
export const SAMPLES_PER_MEMBER: Rule = { name: 'mail/sample', most: 10, window: hours(1) };

/** The same signed message counts once: remembered for longer than twice WEBHOOK_FRESH. */
export const WEBHOOK_ONCE: Rule = { name: 'webhook/message', most: 1, window: minutes(15) };

/** Codes typed for one mailed code, and in one workspace over all of its codes and addresses. */
export const SENDER_CODES_PER_REQUEST: Rule = { name: 'sender/asking', most: 5, window: hours(1) };
export const SENDER_CODES_PER_WORKSPACE: Rule = { name: 'sender/codes', most: 20, window: days(1) };

/**
 * Codes mailed for one workspace; for one member, over all of their workspaces; and to one mailbox, over all members.
 * Attack: the mailbox may be a stranger's, and must not be flooded.
 */
export const SENDER_MAILS_PER_WORKSPACE: Rule = {
  name: 'sender/mails',
  most: 10,
  window: hours(1),
};
export const SENDER_MAILS_PER_MEMBER: Rule = { name: 'sender/member', most: 30, window: days(1) };
export const SENDER_MAILS_PER_ADDRESS: Rule = { name: 'sender/address', most: 5, window: days(1) };

/**
 * Changes of a workspace's sender or portal contact that its owners are mailed about. Somebody who uses it up, to hide the next
 * change, has triggered that many warnings.
 */
export const SENDER_NOTICES_PER_WORKSPACE: Rule = {
  name: 'mail/sender-changed',
  most: 10,
  window: hours(1),
};

/** Checks that people ask for in one workspace. Each asks the mail service and DNS. */
export const SENDER_CHECKS: Rule = { name: 'sender/check', most: 30, window: hours(1) };

/** How many there may be, by the age of what they belong to: the first step that it is younger than counts. */
export type Allowance = { youngerThan: number; most: number }[];

/**
 * While sign-up is open: workspaces that a member owns. Attack row 38: who opens many has a mail budget in each. The operator's
 * own address is not limited.
 */
export const WORKSPACES_PER_MEMBER: Allowance = [
  { youngerThan: days(7), most: 3 },
  { youngerThan: Number.POSITIVE_INFINITY, most: 10 },
];

/** While sign-up is open: contacts with access in a workspace, to whom it can have mails sent. After a month any number. */
export const ACCESS_PER_WORKSPACE: Allowance = [
  { youngerThan: days(7), most: 50 },
  { youngerThan: days(30), most: 500 },
];
