import { days } from '../values/duration.ts';

/** A session ends when nobody uses it for this long. */
const SESSION_IDLE = days(30);

/** A session ends this long after its start, however much it is used. Its cookie lives as long. */
export const SESSION_LONGEST = days(180);

/** When a session ends that started at `startedAt` and is used at `now`. */
export function sessionExpiry(startedAt: number, now: number): number {
  return Math.min(now + SESSION_IDLE, startedAt + SESSION_LONGEST);
}
