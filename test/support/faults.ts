import type { OnCall } from './bindings.ts';

/** What D1 says of a fault that passes, and of one that stays (developers.cloudflare.com/d1/observability/debug-d1). */
export const CONNECTION_LOST = 'D1_ERROR: Network connection lost.';
export const DAILY_LIMIT =
  "D1_ERROR: Your account has exceeded D1's free tier daily row read limit.";

/** What becomes of a call: it is made, fails before anything is done, fails after everything is done, or never ends. */
export type Fault = 'none' | { fails: string } | { losesAnswer: string } | 'hangs';

/**
 * Calls of one kind go wrong; the others are made. Use it as `onCall` of a watch.
 * @param faults the fault of each such call, in their order; the calls after those are made
 */
export function withFaults(
  isMeant: (call: Parameters<OnCall>[0]) => boolean,
  faults: Fault[],
): OnCall {
  const waiting = [...faults];
  return async (call, run) => {
    const fault = isMeant(call) ? (waiting.shift() ?? 'none') : 'none';
    if (fault === 'none') return run();
    if (fault === 'hangs') return new Promise(() => {});
    if ('fails' in fault) throw new Error(fault.fails);
    await run();
    throw new Error(fault.losesAnswer);
  };
}

/** A fault for every call of one kind. */
export function always(fault: Fault): Fault[] {
  return Array.from({ length: 50 }, () => fault);
}
