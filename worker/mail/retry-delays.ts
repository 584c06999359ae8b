import { hours, minutes, seconds } from '../values/duration.ts';

const LONGEST = hours(1);

/**
 * The pauses between tries of a mail; the last one repeats. The first are short, because a visitor may be waiting for the
 * mail.
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
