import { afterEach, beforeEach, vi } from 'vitest';
import { forgetErrors, reportUnexpectedErrors, watchErrors } from './console-errors.ts';
import { resetStores } from './database.ts';
import { resetPbkdf2, standInForPbkdf2 } from './doubles/pbkdf2.ts';
import { standInForNetwork } from './network.ts';
import { standInForQueue } from './queue.ts';

standInForPbkdf2();

beforeEach(async () => {
  await resetStores();
  resetPbkdf2();
  standInForNetwork();
  standInForQueue();
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
