import { days, hours, minutes, seconds } from '../values/duration.ts';

/**
 * A counted limit: at most `most` tries within `window` milliseconds of the first. `name` is stored in the counters'
 * keys, so it never changes.
 */
export type Rule = { name: string; most: number; window: number };

/** Codes typed for one sign-in request, right or wrong. Five guesses of 2^30 find nothing; a person needs fewer. */
export const CODES_PER_REQUEST: Rule = { name: 'code/attempt', most: 5, window: hours(1) };

/**
 * Codes typed for one address in one realm, right or wrong, over all browsers and networks. Attack: a new request,
 * browser or network must not start a new count (CVE-2026-33640).
 */
export const CODES_PER_ADDRESS: Rule = { name: 'code/address', most: 20, window: hours(1) };

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
 * Wrong passwords in a row for one address in one realm, known or not, over all networks. NIST SP 800-63B-4, 3.2.2:
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
 * inbox. An attacker who fills the limit has caused ten mails before.
 */
export const NEW_DEVICES_PER_MEMBER: Rule = { name: 'mail/new-device', most: 10, window: hours(1) };

/** Samples of the sign-in mail to one member: enough to try a brand with, too few to flood an inbox. */
export const SAMPLES_PER_MEMBER: Rule = { name: 'mail/sample', most: 10, window: hours(1) };

/** How long a page says what became of a sample or a code: a mail that bounces late does so within hours. */
export const MAIL_STATUS_SHOWN_FOR = days(1);

/**
 * Links mailed to one address; too few to flood an inbox. Beyond it none is sent: the contact card says so, the
 * visitor's page does not. Counted in the table `magic_links`.
 */
export const MAILS_PER_ADDRESS = { most: 10, window: hours(1) };

/**
 * After which pause a mail that did not leave is tried again; the last one repeats. Quick at first, for who waits on the
 * check-email page; then slower than most troubles of a mail service last.
 */
export const MAIL_PAUSES = [
  ...[seconds(15), seconds(30), minutes(1), minutes(2), minutes(4), minutes(8)],
  ...[minutes(10), minutes(30), hours(1)],
];

/**
 * Tries from a freelancer's own address. Trouble that no refusal names (5xx, "too many") may be about that address alone:
 * what has not left by then leaves from the platform's, within a minute of the asking.
 */
export const MAIL_TRIES_FROM_OWN = 2;

/**
 * How long after it was ordered a mail is still worth sending. Half an hour after asking for a link, people have asked
 * again or gone; the code for a sender lasts as long; a notice is worth knowing a day later, and no queue keeps it longer on
 * the Free plan.
 */
export const MAIL_WORTH_SENDING = {
  'sign-in': minutes(30),
  password: days(1),
  'new-device': days(1),
  'confirm-sender': minutes(30),
  'sender-broken': days(1),
  sample: minutes(30),
};

/**
 * Longer than a mail service needs to take a mail over. A try asks four times at most: from the freelancer's own address and
 * from the platform's, each once more at once. All four fit into the 30 s that a Worker has after its answer, with
 * SETTLE_PAUSES and time for D1.
 */
export const MAIL_TIME_OUT = seconds(6);

/**
 * Pauses before what came of a try is written down again, when D1 failed. It fails for moments mostly; and that a mail
 * left, or did not, nobody could find out later.
 */
export const SETTLE_PAUSES = [200, seconds(1)];

/** A try that has lasted longer was cut off: four MAIL_TIME_OUTs, and time to write down what came of it. */
export const MAIL_TRY_LONGEST = minutes(1);

/**
 * How far a webhook's signature may be from now, before or after: clocks differ, and what is older is a replay. The
 * client that verifies it has the same five minutes.
 */
export const WEBHOOK_FRESH = minutes(5);

/** The same signed message counts once: remembered for longer than it can be fresh, twice WEBHOOK_FRESH. */
export const WEBHOOK_ONCE: Rule = { name: 'webhook/message', most: 1, window: minutes(15) };

/** As many events as MailChannels puts into one webhook, and room for them, in bytes. */
export const WEBHOOK_EVENTS = 1000;
export const WEBHOOK_LARGEST = 512 * 1024;

/** How long an isolate remembers a key that webhooks are signed with, and how long that there was none to have. */
export const SIGNING_KEY_KEPT = hours(1);
export const SIGNING_KEY_MISSED = minutes(1);

/** MailChannels waits for our answer to its webhook meanwhile. */
export const SIGNING_KEY_TIME_OUT = seconds(5);

/** How long all isolates know that there was a key by an id. */
export const SIGNING_KEY_KNOWN = days(30);

/** Keys asked for in vain, a minute and isolate: strangers can make names up, but not make us ask for each. */
export const SIGNING_KEYS_IN_VAIN = 20;

/**
 * News of a mail can be quicker than our writing down that it was accepted. Of one that happened so lately, it is
 * looked for again after a pause.
 */
export const EVENT_MAY_COME_EARLY = minutes(1);
export const EARLY_EVENT_PAUSE = seconds(2);

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

/** Checks that people ask for in one workspace. Each asks the mail service and DNS. */
export const SENDER_CHECKS: Rule = { name: 'sender/check', most: 30, window: hours(1) };
