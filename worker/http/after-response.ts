import type { AppContext } from '../context.ts';
import { logError } from './log.ts';

/**
 * Runs work that the response does not wait for, so that its time shows the visitor nothing. It begins at once, so its
 * first step must await D1 or the network, not compute. It is cut off 30 s after the response.
 */
export function afterResponse(c: AppContext, what: string, work: () => Promise<unknown>): void {
  c.executionCtx.waitUntil(work().catch((error: unknown) => logError(c, what, error)));
}
