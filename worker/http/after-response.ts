import type { AppContext } from '../context.ts';
import { logError } from './log.ts';

/**
 * Milliseconds from the call to the start of the work. What starts at once shares the thread with the answer, so the
 * time of the answer would show whether there was work, and so whether an address is known.
 */
export const STARTS_AFTER = 50;

/**
 * Runs work that the response does not wait for, so that its time shows the visitor nothing. It is cut off 30 s after
 * the response.
 */
export function afterResponse(c: AppContext, what: string, work: () => Promise<unknown>): void {
  c.executionCtx.waitUntil(start(work).catch((error: unknown) => logError(c, what, error)));
}

async function start(work: () => Promise<unknown>): Promise<void> {
  await scheduler.wait(STARTS_AFTER);
  await work();
}
