import { vi } from 'vitest';
import { storesAreBusy } from './in-flight.ts';

const realSetTimeout = globalThis.setTimeout;
const realDate = globalThis.Date;

/** For test/support/setup.ts, before each test: it is this moment now, and time goes on from it. */
export function startClock(at: number | undefined): void {
  if (at === undefined) return;
  const ahead = at - realDate.now();
  const now = () => realDate.now() + ahead;
  globalThis.Date = new Proxy(realDate, {
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
    apply: () => new realDate(now()).toString(),
    construct: (target, given, made) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  });
}

/** Does work whose timers go off as soon as nothing else is to do: ten seconds of waiting pass in a moment. */
export async function withoutWaiting<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let isDone = false;
  const done = work().finally(() => {
    isDone = true;
  });
  // a rejection is the caller's, from `await done`
  done.catch(() => {});
  while (!isDone) {
    await new Promise((resolve) => realSetTimeout(resolve, 5));
    if (!storesAreBusy()) await vi.advanceTimersByTimeAsync(500);
  }
  vi.useRealTimers();
  return done;
}

/**
 * Does work, and counts for how many milliseconds it waited: time passes from timer to timer, whenever nothing else is to do.
 * What the machine needs for the rest counts as none.
 */
export async function waitedFor(work: () => Promise<unknown>): Promise<number> {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: Date.now() });
  const began = Date.now();
  let isDone = false;
  const done = work().finally(() => {
    isDone = true;
  });
  done.catch(() => {});
  while (!isDone) {
    await new Promise((resolve) => realSetTimeout(resolve, 50));
    if (!isDone && !storesAreBusy()) await vi.advanceTimersToNextTimerAsync();
  }
  const waited = Date.now() - began;
  vi.useRealTimers();
  await done;
  return waited;
}

/** Moves the clock on and stops it there, until the end of the test. */
export function moveClock(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
}

/**
 * Stops the clock at the next 1 March, 23:30 UTC: still the 1st in UTC, and the 2nd in Berlin already.
 * @returns the year it is then
 */
export function moveClockToMarch(): number {
  const year = new Date().getUTCFullYear();
  const [at = 0] = [year, year + 1]
    .map((candidate) => Date.UTC(candidate, 2, 1, 23, 30))
    .filter((moment) => moment > Date.now());
  vi.useFakeTimers({ toFake: ['Date'], now: at });
  return new Date(at).getUTCFullYear();
}
