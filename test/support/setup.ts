import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, vi } from 'vitest';
import { startClock } from './clock.ts';
import { forgetErrors, reportUnexpectedErrors, watchErrors } from './console-errors.ts';
import { resetStores } from './database.ts';
import { resetPbkdf2, standInForPbkdf2 } from './doubles/pbkdf2.ts';
import { countStoreCalls } from './in-flight.ts';
import { startIsolate } from './isolate.ts';
import { standInForNetwork } from './network.ts';
import { standInForQueue } from './queue.ts';

standInForPbkdf2();
countStoreCalls(env);

beforeEach(async ({ task }) => {
  startClock(env.TEST_CLOCK[task.result?.repeatCount ?? 0]);
  await resetStores();
  startIsolate();
  resetPbkdf2();
  standInForNetwork();
  standInForQueue();
  // work after a response starts at once: what waits in the Worker itself uses setTimeout
  vi.spyOn(scheduler, 'wait').mockResolvedValue(undefined);
  watchErrors();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  try {
    reportUnexpectedErrors();
  } finally {
    forgetErrors();
  }
});
