import { env } from 'cloudflare:workers';

/** What was asked of D1 and KV, and how to make either fail. */
export type Meter = {
  bindings: Env;
  /** Round trips to D1: a batch is one. */
  d1: number;
  kv: number;
  /** Every SQL text that was prepared, once each. */
  statements: Set<string>;
  /** Which of them fail from now on, as their bindings report it. */
  down: { d1: boolean; kv: boolean };
  reset(): void;
};

/** Bindings of the tests whose D1 and KV are counted, and fail on demand. */
export function metered(): Meter {
  const meter: Meter = {
    bindings: env,
    d1: 0,
    kv: 0,
    statements: new Set(),
    down: { d1: false, kv: false },
    reset() {
      meter.d1 = 0;
      meter.kv = 0;
      meter.statements.clear();
    },
  };
  meter.bindings = { ...env, DB: meteredD1(meter), TOKENS: meteredKv(meter) };
  return meter;
}

function meteredD1(meter: Meter): D1Database {
  // a batch takes only statements of D1's own, so each double remembers what it stands for
  const real = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

  async function trip<T>(run: () => Promise<T>): Promise<T> {
    meter.d1++;
    if (meter.down.d1) throw new Error('D1_ERROR: no such database today: SQLITE_ERROR');
    return run();
  }

  function statement(of: D1PreparedStatement): D1PreparedStatement {
    const double = new Proxy(of, {
      get(target, key) {
        if (key === 'bind') return (...values: unknown[]) => statement(target.bind(...values));
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => trip(() => Reflect.apply(member, target, given));
      },
    });
    real.set(double, of);
    return double;
  }

  return new Proxy(env.DB, {
    get(target, key) {
      if (key === 'prepare') {
        return (sql: string) => {
          meter.statements.add(sql);
          return statement(target.prepare(sql));
        };
      }
      if (key === 'batch') {
        return (batch: D1PreparedStatement[]) =>
          trip(() => target.batch(batch.map((double) => real.get(double) ?? double)));
      }
      throw new Error(`the meter doesn't know D1.${String(key)}`);
    },
  });
}

function meteredKv(meter: Meter): KVNamespace {
  return new Proxy(env.TOKENS, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        meter.kv++;
        if (meter.down.kv) throw new Error(`KV ${String(key).toUpperCase()} failed: 500`);
        return Reflect.apply(member, target, given);
      };
    },
  });
}
