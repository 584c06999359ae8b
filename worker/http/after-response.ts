import type { AppContext } from '../context.ts';
import { logError } from './log.ts';

/**
 * Does work that the response doesn't wait for: what D1 or a mail service take tells the visitor nothing. It begins at
 * once, so it must wait for one of them before it computes; and it is cut off 30 s after the response.
 */
export function afterResponse(c: AppContext, what: string, work: () => Promise<unknown>): void {
  c.executionCtx.waitUntil(work().catch((error: unknown) => logError(c, what, error)));
}
