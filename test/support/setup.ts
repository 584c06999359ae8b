import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, vi } from 'vitest';
import { forgetErrors, reportUnexpectedErrors, watchErrors } from './console-errors.ts';
import { standInForNetwork } from './network.ts';
import { forgetDerivations, limitPbkdf2 } from './pbkdf2.ts';
import { standInForQueue } from './queue.ts';
import { splitStatements } from './sql.ts';

limitPbkdf2();

// reset() empties D1 and KV and drops the schema, so every test starts from migrations and seed.
beforeEach(async () => {
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await runSeed(env.TEST_SEED);
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

async function runSeed(seed: string): Promise<void> {
  const statements = splitStatements(seed);
  if (statements.length > 0) await env.DB.batch(statements.map((sql) => env.DB.prepare(sql)));
}
