import { days, hours, minutes, seconds } from '../values/duration.ts';

/** A limit on tries at a credential, or on what costs a mail: at most `most` within `window` milliseconds of the first. */
export type Rule = { name: string; most: number; window: number };

/** How long a link and its code work (OWASP ASVS 5.0, 6.5.5: at most ten minutes). Pages print it. */
export const LINK_LIFETIME = minutes(10);

/** Codes typed in one asking browser, right or wrong: five guesses of 2^30 say nothing, and a person needs fewer. */
export const CODES_PER_REQUEST: Rule = { name: 'code/attempt', most: 5, window: hours(1) };

/**
 * Codes typed for one address at one door, right or wrong, whoever asks and from wherever: asking again, another
 * browser or another address of origin does not start a new count (CVE-2026-33640).
 */
export const CODES_PER_ADDRESS: Rule = { name: 'code/address', most: 20, window: hours(1) };

/** Codes typed beside the links of one asking browser, where a scanner's network asks for both. */
export const CODES_PER_LINK: Rule = { name: 'code/link', most: 5, window: hours(1) };

/**
 * A limit whose pauses grow: `free` tries, then one after each pause, the last of which repeats; after `most`, if
 * there is one, none at all. Forgotten `forgottenAfter` the first or the last try that was let through.
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
 * Wrong passwords in a row for one address at one door, known or not, from wherever they come. NIST SP 800-63B-4,
 * 3.2.2: growing waits, at most 100 failures in a row. Only the password rests: a link always works.
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
 * Wrong passwords from one address of origin, at whichever door and for whomever: spraying one password over
 * many contacts. An office of many people shares an address, so more are free, and every day starts anew.
 */
export const PASSWORDS_PER_NETWORK: Backoff = {
  name: 'password/origin',
  free: 30,
  pauses: [minutes(1), minutes(5), minutes(15), hours(1)],
  most: null,
  forgottenAfter: days(1),
  since: 'first',
};

/** Passwords set by one account: each costs a derivation, a look-up and a mail, and nobody needs more. */
export const CHANGES_PER_ACCOUNT: Rule = { name: 'password/change', most: 10, window: hours(1) };

/**
 * Mails to one member about new browsers: one that throws its cookies away must not flood an inbox. Then silently none:
 * who wanted to come in unnoticed has been noticed ten times by then.
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

/** How long a sign-in counts as proof enough for what is sensitive (OWASP ASVS 5.0, 7.5.1 and 7.5.3). */
export const RECENT_SIGN_IN = minutes(10);

/** Mails to one address: enough for the impatient, too few to flood an inbox. Then none: the visitor is not told, the card is. */
export const MAILS_PER_ADDRESS = { most: 10, window: hours(1) };

/** The same signed message counts once: remembered for longer than twice WEBHOOK_FRESH. */
export const WEBHOOK_ONCE: Rule = { name: 'webhook/message', most: 1, window: minutes(15) };

/** A session ends when unused for this long, and at the latest this long after it began. */
export const SESSION_IDLE = days(30);
export const SESSION_LONGEST = days(180);

/** How stale "last seen" may be: a write at every request would cost more than it tells. */
export const SESSION_TOUCH_EVERY = hours(1);

/** How long a browser is known by its name: no cookie lives longer (RFC 6265bis, 5.5). */
export const BROWSER_REMEMBERED = days(400);

/** How long a used or expired link is still recognised, to be answered kindly. */
export const LINK_REMEMBERED = days(1);

/** How long a workspace's brand may be remembered by an isolate. Access and sessions never are. */
export const BRAND_CACHED = seconds(60);

/** How long an isolate remembers that a slug leads nowhere: a new workspace elsewhere waits as long. */
export const ABSENCE_CACHED = seconds(10);

/** How long the code works that confirms a sender's address: another mailbox has to be opened for it. */
export const SENDER_CODE_LIFETIME = minutes(30);

/** Codes typed for one asking, and in one workspace however often it asks and for whichever address. */
export const SENDER_CODES_PER_REQUEST: Rule = { name: 'sender/asking', most: 5, window: hours(1) };
export const SENDER_CODES_PER_WORKSPACE: Rule = { name: 'sender/codes', most: 20, window: days(1) };

/**
 * Codes mailed for one workspace, for one member, who may open any number of workspaces, and to one mailbox, whoever asks:
 * it may be a stranger's, and nobody is to be flooded by way of us.
 */
export const SENDER_MAILS_PER_WORKSPACE: Rule = {
  name: 'sender/mails',
  most: 10,
  window: hours(1),
};
export const SENDER_MAILS_PER_MEMBER: Rule = { name: 'sender/member', most: 30, window: days(1) };
export const SENDER_MAILS_PER_ADDRESS: Rule = { name: 'sender/address', most: 5, window: days(1) };

/** Checks that people ask for in one workspace: each asks the mail service and DNS. */
export const SENDER_CHECKS: Rule = { name: 'sender/check', most: 30, window: hours(1) };

/** The DNS side of a check, which a person waits for, and without which it goes as well. */
export const DNS_TIME_OUT = seconds(3);

/** How often a sender is checked by itself; one that was never set up right, no longer than two weeks. */
export const SENDER_CHECK_EVERY = hours(1);
export const SENDER_SET_UP_WITHIN = days(14);

/**
 * Senders checked in one run. Six, with seven requests and at most eight D1 statements each, stay
 * within the 50 of either that the Free plan allows; a Worker has six connections at a time.
 */
export const SENDERS_PER_RUN = 6;
/** Of these, as many as are being set up, while there are others. */
export const SETTING_UP_PER_RUN = 2;
