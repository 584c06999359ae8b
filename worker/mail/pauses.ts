import { hours, minutes, seconds } from '../values/duration.ts';

/** The last pause, which repeats. */
const LONGEST = hours(1);

/**
 * After which pause a mail that did not leave is tried again. Quick at first, for people who wait on the check-email page;
 * then slower than most troubles of a mail service last.
 */
export const MAIL_PAUSES = [
  seconds(15),
  seconds(30),
  minutes(1),
  minutes(2),
  minutes(4),
  minutes(8),
  minutes(10),
  minutes(30),
  LONGEST,
];

/** How long to wait after a try that failed, in milliseconds. `tries`: how many there were. */
export function pauseAfter(tries: number): number {
  return MAIL_PAUSES[tries - 1] ?? LONGEST;
}
