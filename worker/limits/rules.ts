import { days, hours, minutes, seconds } from './duration.ts';

/** A limit on tries at a credential: at most `most` within `window` milliseconds of the first. */
export type Rule = { name: string; most: number; window: number };

/** How long a link and its code work (OWASP ASVS 5.0, 6.5.5: at most ten minutes). Pages print it. */
export const LINK_LIFETIME = minutes(10);

/** Codes typed in one asking browser, right or wrong: five guesses of 2^30 say nothing, and a person needs fewer. */
export const CODES_PER_ATTEMPT: Rule = { name: 'code/attempt', most: 5, window: hours(1) };

/**
 * Codes typed for one address at one door, right or wrong, whoever asks and from wherever: asking again, another
 * browser or another address of origin does not start a new count (CVE-2026-33640).
 */
export const CODES_PER_ADDRESS: Rule = { name: 'code/address', most: 20, window: hours(1) };

/** Codes typed beside the links of one asking browser, where a scanner's network asks for both. */
export const CODES_PER_LINK: Rule = { name: 'code/link', most: 5, window: hours(1) };

/** Mails to one address: enough for the impatient, too few to flood an inbox. Then silently none. */
export const MAILS_PER_ADDRESS = { most: 10, window: hours(1) };

/** A session ends when unused for this long, and at the latest this long after it began. */
export const SESSION_IDLE = days(30);
export const SESSION_LONGEST = days(180);

/** How stale "last seen" may be: a write at every request would cost more than it tells. */
export const SESSION_TOUCH_EVERY = hours(1);

/** How long a used or expired link is still recognised, to be answered kindly. */
export const LINK_REMEMBERED = days(1);

/** How long a workspace's brand may be remembered by an isolate. Access and sessions never are. */
export const BRAND_CACHED = seconds(60);

/** How long an isolate remembers that a slug leads nowhere: a new workspace elsewhere waits as long. */
export const ABSENCE_CACHED = seconds(10);
