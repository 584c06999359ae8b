import { SETTLE_PAUSES } from '../limits/rules.ts';

/**
 * Writes down what came of a try at a mail; when D1 fails, again after each of SETTLE_PAUSES. What the last write throws is the
 * caller's.
 * @param write guarded by the state that it ends: one that arrived, and whose answer was lost, is not undone by the next
 */
export async function settle(write: () => Promise<void>): Promise<void> {
  for (const pause of SETTLE_PAUSES) {
    try {
      return await write();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return write();
}
