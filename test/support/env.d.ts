import type { D1Migration } from 'cloudflare:test';

declare global {
  namespace Cloudflare {
    // Merged with the generated bindings, so it has to be an interface.
    interface Env {
      /** Only in tests: the migrations and the seed, read by vitest.config.ts. */
      TEST_MIGRATIONS: D1Migration[];
      TEST_SEED: string;
      /** `full`: test/integration/sign-in/simulation.test.ts plays a whole day. */
      TEST_SIMULATION: string;
      /** By how many milliseconds the clock is ahead. */
      TEST_CLOCK: number;
    }
  }
}
