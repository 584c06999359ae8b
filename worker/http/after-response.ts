import type { AppContext } from '../context.ts';
import { randomWithin } from '../values/duration.ts';
import { logError } from './log.ts';

/**
 * Milliseconds from the call to the start of the work, at random between the two. What starts at once shares the thread
 * with the answer, whose time would show whether there was work, and so whether an address is known. A fixed time would
 * always fall on the same later request of a sender who asks in a steady rhythm.
 */
export const STARTS_AFTER = { least: 50, most: 100 };

/**
 * Runs work that the response does not wait for, so that its time shows the visitor nothing. It is cut off 30 s after
 * the response.
 */
export function afterResponse(c: AppContext, what: string, work: () => Promise<unknown>): void {
  c.executionCtx.waitUntil(start(work).catch((error: unknown) => logError(c, what, error)));
}

async function start(work: () => Promise<unknown>): Promise<void> {
  await scheduler.wait(randomWithin(STARTS_AFTER));
  await work();
}
