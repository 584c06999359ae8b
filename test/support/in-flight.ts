let inFlight = 0;
const counted = new WeakSet<object>();

/**
 * Whether D1 or KV works on a call just now. A test that lets time pass in a moment waits for it: a call that is under way
 * would otherwise be too late for the time limits of worker/db/sturdy.ts.
 */
export function storesAreBusy(): boolean {
  return inFlight > 0;
}

/** D1 and KV. Browser tests, which run in Node, have no types for them. */
type Stores = { DB: { prepare(sql: string): object }; TOKENS: object };

/** For test/support/setup.ts: counts the calls of D1 and KV themselves, below every double of a test. */
export function countStoreCalls({ DB, TOKENS }: Stores): void {
  count(DB.prepare('SELECT 1'), ['all', 'first', 'raw', 'run']);
  count(DB, ['batch']);
  count(TOKENS, ['get', 'put', 'delete', 'list']);
}

function count(instance: object, names: string[]): void {
  const prototype: object = Object.getPrototypeOf(instance);
  for (const name of names) {
    const method: unknown = Reflect.get(prototype, name);
    if (typeof method !== 'function') throw new Error(`no method ${name}`);
    // test files share an isolate
    if (counted.has(method)) continue;
    const value = counting((given, self) => Reflect.apply(method, self, given));
    Reflect.defineProperty(prototype, name, { value, configurable: true, writable: true });
  }
}

function counting(call: (given: unknown[], self: unknown) => unknown): object {
  async function double(this: unknown, ...given: unknown[]): Promise<unknown> {
    inFlight += 1;
    try {
      return await call(given, this);
    } finally {
      inFlight -= 1;
    }
  }
  counted.add(double);
  return double;
}
