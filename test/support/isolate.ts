import { env } from 'cloudflare:workers';

/** The bindings that the Worker is given. It keeps what an isolate keeps (brands, keys) for each such object. */
let bindings: Env = env;

/**
 * For test/support/setup.ts, before each test: the Worker begins in a new isolate. All test files share the real one, and
 * a brand that one test saved must not show in the next.
 */
export function startIsolate(): void {
  bindings = { ...env };
}

/** The bindings of this test's isolate in place of the bare `env`; a test's own bindings as they are. */
export function inIsolate(given: Env): Env {
  return given === env ? bindings : given;
}
