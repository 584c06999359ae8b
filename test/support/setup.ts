import { afterEach, beforeEach, vi } from 'vitest';
import { forgetErrors, reportUnexpectedErrors, watchErrors } from './console-errors.ts';
import { resetStores } from './database.ts';
import { standInForNetwork } from './network.ts';
import { forgetDerivations, limitPbkdf2 } from './pbkdf2.ts';
import { standInForQueue } from './queue.ts';

limitPbkdf2();

beforeEach(async () => {
  await resetStores();
  forgetDerivations();
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
