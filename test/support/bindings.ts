import { env } from 'cloudflare:workers';

/** A call of a binding, as `TOKENS.get`. One of D1 is a statement that runs, as `DB.all`, or a batch, as `DB.batch`. */
export type Call = { name: string; sql: string[]; given: unknown[] };

/** Decides what becomes of a call. `run()` does what was called. */
export type OnCall = (call: Call, run: () => Promise<unknown>) => Promise<unknown>;

/** The same bindings, but `onCall` decides about each call of D1, KV, the queue and the mail binding. */
export function wrapBindings(onCall: OnCall, real: Env = env): Env {
  const bindings: Env = {
    ...real,
    DB: wrapD1(onCall, real.DB),
    TOKENS: wrap('TOKENS', onCall, real.TOKENS),
    MAIL_RETRY: wrap('MAIL_RETRY', onCall, real.MAIL_RETRY),
  };
  if (real.EMAIL !== undefined) bindings.EMAIL = wrap('EMAIL', onCall, real.EMAIL);
  return bindings;
}

export type Watch = {
  bindings: Env;
  /** The names of the calls so far, oldest first. */
  calls: string[];
  /** The SQL of every statement that ran, once each. */
  statements: Set<string>;
  /** Round trips so far. A batch is one. */
  readonly d1: number;
  readonly kv: number;
  /** What fails from now on, with the words of its binding. */
  down: { d1: boolean; kv: boolean };
  /** Decides about each call that is not down. */
  onCall: OnCall;
  reset(): void;
};

/** Bindings whose calls are noted, and which fail on demand. */
export function watchBindings(real: Env = env): Watch {
  const calls: string[] = [];
  const statements = new Set<string>();
  const count = (binding: string) => calls.filter((name) => name.startsWith(binding)).length;
  const watch: Watch = {
    bindings: wrapBindings(note, real),
    calls,
    statements,
    get d1() {
      return count('DB.');
    },
    get kv() {
      return count('TOKENS.');
    },
    down: { d1: false, kv: false },
    onCall: (_call, run) => run(),
    reset() {
      calls.length = 0;
      statements.clear();
    },
  };

  async function note(call: Call, run: () => Promise<unknown>): Promise<unknown> {
    const [binding = '', method = ''] = call.name.split('.');
    calls.push(call.name);
    for (const sql of call.sql) statements.add(sql);
    if (binding === 'DB' && watch.down.d1) {
      throw new Error('D1_ERROR: no such database today: SQLITE_ERROR');
    }
    if (binding === 'TOKENS' && watch.down.kv) {
      throw new Error(`KV ${method.toUpperCase()} failed: 500`);
    }
    return watch.onCall(call, run);
  }

  return watch;
}

/** Bindings with which something else happens once, just before a statement of this kind runs, alone or in a batch. */
export function beforeStatement(
  statement: RegExp,
  happens: () => Promise<unknown>,
  real: Env = env,
): Env {
  let hasHappened = false;
  return wrapBindings(async ({ sql }, run) => {
    if (!hasHappened && sql.some((text) => statement.test(text))) {
      hasHappened = true;
      await happens();
    }
    return run();
  }, real);
}

/** Bindings whose KV answers reads as `answer` decides, given what it really holds. */
export function withReads(answer: (real: () => Promise<unknown>) => Promise<unknown>): Env {
  return wrapBindings(({ name }, run) => (name === 'TOKENS.get' ? answer(run) : run()));
}

/** The same bindings, and a queue that takes nothing. */
export function withoutQueue(real: Env): Env {
  return wrapBindings(({ name }, run) => {
    return name === 'MAIL_RETRY.send' ? Promise.reject(new Error('Too Many Requests')) : run();
  }, real);
}

function wrap<T extends object>(binding: string, onCall: OnCall, real: T): T {
  return new Proxy(real, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        const call = { name: `${binding}.${String(key)}`, sql: [], given };
        return onCall(call, async () => Reflect.apply(member, target, given));
      };
    },
  });
}

function wrapD1(onCall: OnCall, real: D1Database): D1Database {
  // a batch takes only statements of D1's own, so each double remembers what it stands for
  const doubles = new WeakMap<D1PreparedStatement, { of: D1PreparedStatement; sql: string }>();

  function wrapStatement(of: D1PreparedStatement, sql: string): D1PreparedStatement {
    const double = new Proxy(of, {
      get(target, key) {
        if (key === 'bind') {
          return (...values: unknown[]) => wrapStatement(target.bind(...values), sql);
        }
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => {
          const call = { name: `DB.${String(key)}`, sql: [sql], given };
          return onCall(call, async () => Reflect.apply(member, target, given));
        };
      },
    });
    doubles.set(double, { of, sql });
    return double;
  }

  return new Proxy(real, {
    get(target, key) {
      if (key === 'prepare') return (sql: string) => wrapStatement(target.prepare(sql), sql);
      if (key === 'batch') {
        return (batch: D1PreparedStatement[]) => {
          const sql = batch.map((double) => doubles.get(double)?.sql ?? '');
          const call = { name: 'DB.batch', sql, given: batch };
          return onCall(call, () => target.batch(batch.map((one) => doubles.get(one)?.of ?? one)));
        };
      }
      throw new Error(`the wrapper of bindings doesn't know D1.${String(key)}`);
    },
  });
}
