import type { D1Migration } from 'cloudflare:test';

declare global {
  namespace Cloudflare {
    // Merged with the generated bindings, so it has to be an interface.
    interface Env {
      /** Only in tests: the migrations and the seed, read by vitest.config.ts. */
      TEST_MIGRATIONS: D1Migration[];
      TEST_SEED: string;
      /** The moments at which each test begins, one for each time that it is repeated; empty: now. */
      TEST_CLOCK: number[];
      /** `full`: test/integration/sign-in/simulation.test.ts plays a whole day. */
      TEST_SIMULATION: string;
    }
  }
}
