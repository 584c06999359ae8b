import { randomWithin, seconds } from '../values/duration.ts';
import { withTimeout } from '../values/timeout.ts';
import { isRefusal, isTransient, StoreError } from './store-error.ts';

type Bindings = { DB: D1Database; TOKENS: KVNamespace };

/** What waits for the stores: a visitor, the 30 s that a Worker has after its response, or a job. */
export type Waiting = 'visitor' | 'after-response' | 'job';

/** How long a call may take. A read is tried twice, so both tries take twice as long. D1 itself ends a query after 30 s. */
const LONGEST: Record<Waiting, { read: number; write: number }> = {
  visitor: { read: seconds(2.5), write: seconds(8) },
  'after-response': { read: seconds(5), write: seconds(10) },
  job: { read: seconds(10), write: seconds(30) },
};

/** The least and the most milliseconds between the two tries of a read; random, so that not all requests come at once. */
const PAUSE = { least: 50, most: 100 };

/** The stores of one invocation. `nowFor` changes what waits for them, for the calls that begin afterwards. */
export type SturdyStores = { bindings: Bindings; nowFor(waiting: Waiting): void };

/**
 * Bindings of D1 and KV with a time limit for each call. A read is tried once more after a transient error; a write never
 * is, because it may have been done (decision 0031). What fails is a StoreError. Make them anew for each invocation.
 */
export function sturdyStores(real: Bindings, waiting: Waiting): SturdyStores {
  let longest = LONGEST[waiting];
  let hasWritten = false;

  async function read(run: Run): Promise<unknown> {
    try {
      return await tryTwice(run, longest.read);
    } catch (error) {
      throw new StoreError(hasWritten ? 'unknown' : 'unread', error);
    }
  }

  async function write(run: Run, matters: boolean): Promise<unknown> {
    const hadWritten = hasWritten;
    hasWritten ||= matters;
    try {
      return await inTime(run, longest.write);
    } catch (error) {
      if (!isRefusal(error)) throw new StoreError('unknown', error);
      hasWritten = hadWritten;
      throw new StoreError(hadWritten ? 'unknown' : 'refused', error);
    }
  }

  const calls = { read, write };
  return {
    bindings: { DB: sturdyD1(real.DB, calls), TOKENS: sturdyKv(real.TOKENS, calls) },
    nowFor(next) {
      longest = LONGEST[next];
    },
  };
}

type Run = () => unknown;

/** How a call is made. `matters`: the write is part of what the request asks for. */
type Calls = {
  read(run: Run): Promise<unknown>;
  write(run: Run, matters: boolean): Promise<unknown>;
};

async function tryTwice(run: Run, longest: number): Promise<unknown> {
  try {
    return await inTime(run, longest);
  } catch (error) {
    if (!isTransient(error)) throw error;
    await new Promise((resolve) => setTimeout(resolve, randomWithin(PAUSE)));
    return inTime(run, longest);
  }
}

/** Stands for a call that took too long. */
const LATE = Symbol('late');

/** The result of a call. Throws when it takes longer than `longest` milliseconds; the call itself goes on. */
async function inTime(run: Run, longest: number): Promise<unknown> {
  const result = await withTimeout<unknown>(Promise.resolve(run()), longest, LATE);
  if (result === LATE) throw new Error(`no answer within ${longest / seconds(1)} s`);
  return result;
}

/** D1 with these calls. It has `prepare` and `batch` only, which is all that is used. */
function sturdyD1(real: D1Database, calls: Calls): D1Database {
  // a batch takes only statements of D1's own, so each double remembers what it stands for
  const doubles = new WeakMap<D1PreparedStatement, { of: D1PreparedStatement; sql: string }>();

  function double(of: D1PreparedStatement, sql: string): D1PreparedStatement {
    const statement = new Proxy(of, {
      get(target, key) {
        if (key === 'bind') return (...values: unknown[]) => double(target.bind(...values), sql);
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) =>
          callD1(calls, [sql], () => Reflect.apply(member, target, given));
      },
    });
    doubles.set(statement, { of, sql });
    return statement;
  }

  function batch(given: D1PreparedStatement[]): Promise<unknown> {
    const texts = given.map((statement) => doubles.get(statement)?.sql ?? '');
    return callD1(calls, texts, () =>
      real.batch(given.map((statement) => doubles.get(statement)?.of ?? statement)),
    );
  }

  return new Proxy(real, {
    get(_target, key) {
      if (key === 'batch') return batch;
      return key === 'prepare' ? (sql: string) => double(real.prepare(sql), sql) : undefined;
    },
  });
}

function callD1(calls: Calls, texts: string[], run: Run): Promise<unknown> {
  const writes = texts.filter((sql) => !onlyReads(sql));
  return writes.length === 0 ? calls.read(run) : calls.write(run, writes.some(matters));
}

function sturdyKv(real: KVNamespace, calls: Calls): KVNamespace {
  return new Proxy(real, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        const run = () => Reflect.apply(member, target, given);
        return key === 'put' || key === 'delete' ? calls.write(run, true) : calls.read(run);
      };
    },
  });
}

const READS = /^(?:\s|--.*\n|\/\*[\s\S]*?\*\/)*(?:select|values|explain|with)\b/i;
/** Words of statements that write, and a second statement behind a semicolon. `replace(` is a function. */
const WRITES =
  /\b(?:insert|update|delete|replace|create|drop|alter|pragma|attach|detach|vacuum|reindex)\b(?!\s*\()|;\s*\S/i;

/** Whether SQL only reads. In doubt, such as a word of a write between quotation marks, it does not. */
export function onlyReads(sql: string): boolean {
  return READS.test(sql) && !WRITES.test(sql);
}

/** What is written at the side of a request: counted tries, and when somebody was last seen. */
const AT_THE_SIDE =
  /^\s*(?:(?:insert into|update|delete from) "tries"|update "(?:sessions|contacts)" set "last_seen_at" = \? where)/i;

/** Whether a write is part of what a request asks for. If not, a failure after it leaves nothing half done. */
function matters(sql: string): boolean {
  return !AT_THE_SIDE.test(sql);
}
