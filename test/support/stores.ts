import { env } from 'cloudflare:workers';
import { vi } from 'vitest';

type Row = Record<string, unknown>;

/** The rows of a query, as D1 has them now. */
export async function rows(sql: string, ...values: (string | number)[]): Promise<Row[]> {
  const { results } = await env.DB.prepare(sql)
    .bind(...values)
    .all<Row>();
  return results;
}

/** How often an account has been signed in to: its epoch, and the sessions it ever started. */
export async function standing(id: string): Promise<Row | undefined> {
  const [row] = await rows(
    `SELECT link_epoch AS epoch,
       (SELECT count(*) FROM sessions WHERE accounts.id IN (contact_id, member_id)) AS sessions
     FROM (SELECT id, link_epoch FROM contacts UNION ALL SELECT id, link_epoch FROM members) AS accounts
     WHERE id = ?`,
    id,
  );
  return row;
}

export const untouched = { epoch: 0, sessions: 0 };
export const usedOnce = { epoch: 1, sessions: 1 };

/** Everything that D1 and KV hold, to compare and to search. */
export async function dump(): Promise<{ d1: Record<string, Row[]>; kv: Record<string, string> }> {
  const tables = await rows(
    `SELECT name FROM sqlite_schema WHERE type = 'table'
     AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%' AND name NOT LIKE 'd1_%' ORDER BY name`,
  );
  const names = tables.map(({ name }) => String(name));
  const selects = names.map((name) => env.DB.prepare(`SELECT * FROM "${name}"`));
  const [found, kv] = await Promise.all([env.DB.batch<Row>(selects), dumpKv()]);
  const d1 = Object.fromEntries(names.map((name, at) => [name, found[at]?.results ?? []]));
  return { d1, kv };
}

async function dumpKv(): Promise<Record<string, string>> {
  const { keys } = await env.TOKENS.list();
  const entries = keys.map(async ({ name }) => [name, (await env.TOKENS.get(name)) ?? '']);
  return Object.fromEntries(await Promise.all(entries));
}

/** The same without what is noted for the freelancer when a link is looked at (test/integration/opened.test.ts). */
export async function dumpButLooks(): ReturnType<typeof dump> {
  const { d1, kv } = await dump();
  const isLook = ({ kind }: Row) => kind === 'link_scanned' || kind === 'link_opened';
  return { d1: { ...d1, activity: (d1.activity ?? []).filter((row) => !isLook(row)) }, kv };
}

/** Bindings that note each call of D1, KV, the queue and the mail binding, and the notes so far. */
export function watchStores(real: Env = env): { bindings: Env; calls: string[] } {
  const calls: string[] = [];
  function watch<T extends object>(name: string, watched: T): T {
    return new Proxy(watched, {
      get(target, key) {
        const value = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          calls.push(`${name}.${String(key)}`);
          return Reflect.apply(value, target, given);
        };
      },
    });
  }
  const bindings: Env = {
    ...real,
    DB: watch('DB', real.DB),
    TOKENS: watch('TOKENS', real.TOKENS),
    MAIL_RETRY: watch('MAIL_RETRY', real.MAIL_RETRY),
  };
  if (real.EMAIL !== undefined) bindings.EMAIL = watch('EMAIL', real.EMAIL);
  return { bindings, calls };
}

/** Bindings whose KV answers reads as `answer` decides, given what it really holds. */
export function withReads(answer: (real: () => Promise<unknown>) => Promise<unknown>): Env {
  const TOKENS = new Proxy(env.TOKENS, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      const real = async (...given: unknown[]): Promise<unknown> =>
        Reflect.apply(value, target, given);
      return key === 'get' ? (...given: unknown[]) => answer(() => real(...given)) : real;
    },
  });
  return { ...env, TOKENS };
}

/** Moves the clock on and stops it there, until the end of the test. */
export function moveClock(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
}

/**
 * Stops the clock at the next 1 March, 23:30 UTC: still the 1st in UTC, and the 2nd in Berlin already.
 * @returns the year it is then
 */
export function moveClockToMarch(): number {
  const year = new Date().getUTCFullYear();
  const [at = 0] = [year, year + 1]
    .map((candidate) => Date.UTC(candidate, 2, 1, 23, 30))
    .filter((moment) => moment > Date.now());
  vi.useFakeTimers({ toFake: ['Date'], now: at });
  return new Date(at).getUTCFullYear();
}
