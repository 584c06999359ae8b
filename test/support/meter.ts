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
  /** What becomes of a round trip to D1, by its SQL, a batch's all in one: for a test in which one goes wrong. */
  onTrip: Trip;
  reset(): void;
};

type Trip = <T>(sql: string, run: () => Promise<T>) => Promise<T>;

/** Bindings of the tests whose D1 and KV are counted, and fail on demand. */
export function metered(): Meter {
  const meter: Meter = {
    bindings: env,
    d1: 0,
    kv: 0,
    statements: new Set(),
    down: { d1: false, kv: false },
    onTrip: (_sql, run) => run(),
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
  const real = new WeakMap<D1PreparedStatement, { of: D1PreparedStatement; sql: string }>();

  async function trip<T>(sql: string, run: () => Promise<T>): Promise<T> {
    meter.d1++;
    if (meter.down.d1) throw new Error('D1_ERROR: no such database today: SQLITE_ERROR');
    return meter.onTrip(sql, run);
  }

  function statement(of: D1PreparedStatement, sql: string): D1PreparedStatement {
    const double = new Proxy(of, {
      get(target, key) {
        if (key === 'bind') return (...values: unknown[]) => statement(target.bind(...values), sql);
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => trip(sql, () => Reflect.apply(member, target, given));
      },
    });
    real.set(double, { of, sql });
    return double;
  }

  return new Proxy(env.DB, {
    get(target, key) {
      if (key === 'prepare') {
        return (sql: string) => {
          meter.statements.add(sql);
          return statement(target.prepare(sql), sql);
        };
      }
      if (key === 'batch') {
        return (batch: D1PreparedStatement[]) => {
          const sql = batch.map((double) => real.get(double)?.sql).join(';\n');
          return trip(sql, () =>
            target.batch(batch.map((double) => real.get(double)?.of ?? double)),
          );
        };
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
