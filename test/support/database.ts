import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { splitStatements } from './sql.ts';

/** The schema as the migrations leave it. After a test that changed it, for instance by a trigger, D1 starts anew. */
let schema: string | null = null;
/** The statements that delete every row and enter the seed. */
let refill: string[] = [];

/** What was put into the Cache API since the test began. */
let cached: { cache: Cache; key: Request | string | URL }[] = [];
const { put } = Cache.prototype;
Cache.prototype.put = function (key, response) {
  cached.push({ cache: this, key });
  return put.call(this, key, response);
};

/**
 * For test/support/setup.ts, before each test: D1 holds the seed and nothing else, KV and the Cache API hold nothing.
 * Rows are deleted, tables stay: a new database for each test takes ten times as long.
 */
export async function resetStores(): Promise<void> {
  await Promise.all([emptyKv(), emptyCaches(), refillD1()]);
}

async function emptyKv(): Promise<void> {
  const { keys } = await env.TOKENS.list();
  await Promise.all(keys.map(({ name }) => env.TOKENS.delete(name)));
}

async function emptyCaches(): Promise<void> {
  const entries = cached;
  cached = [];
  await Promise.all(entries.map(({ cache, key }) => cache.delete(key)));
}

async function refillD1(): Promise<void> {
  if (schema !== null && (await refilled()) === schema) return;
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  refill = [...(await deletions()), ...splitStatements(env.TEST_SEED)];
  schema = await refilled();
}

/** Deletes every row and enters the seed. Returns the schema; null when a trigger that a test left stopped it. */
async function refilled(): Promise<string | null> {
  try {
    const found = await env.DB.batch([SCHEMA, ...refill].map((sql) => env.DB.prepare(sql)));
    return JSON.stringify(found[0]?.results);
  } catch {
    return null;
  }
}

const SCHEMA = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE '_cf_%' ORDER BY name";

async function deletions(): Promise<string[]> {
  const tables = await env.DB.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
     AND name NOT LIKE '_cf_%' AND name NOT LIKE 'd1_%' ORDER BY rowid DESC`,
  ).all<{ name: string }>();
  return tables.results.map(({ name }) => `DELETE FROM "${name}"`);
}

type Row = Record<string, unknown>;

/** The rows of a query, as D1 has them now. */
export async function rows(sql: string, ...values: (string | number)[]): Promise<Row[]> {
  const { results } = await env.DB.prepare(sql)
    .bind(...values)
    .all<Row>();
  return results;
}

/** How often an account has been signed in to: its epoch, and the sessions it ever started. */
export async function epochAndSessions(id: string): Promise<Row | undefined> {
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

/** The same without what is noted for the freelancer when a link is looked at (test/integration/sign-in/link-opened.test.ts). */
export async function dumpButLooks(): ReturnType<typeof dump> {
  const { d1, kv } = await dump();
  const isLook = ({ kind }: Row) => kind === 'link_scanned' || kind === 'link_opened';
  return { d1: { ...d1, activity: (d1.activity ?? []).filter((row) => !isLook(row)) }, kv };
}

/** The passwords that are counted, by rule: of each subject its count. */
export async function passwordTries(): Promise<{ address: number[]; origin: number[] }> {
  const counted = await rows('SELECT key, count FROM tries ORDER BY count');
  const of = (rule: string) =>
    counted.filter(({ key }) => String(key).startsWith(rule)).map(({ count }) => Number(count));
  return {
    address: of('password/address:'),
    origin: of('password/origin:'),
  };
}

/** The passwords that are counted for known browsers: of each its count. */
export async function knownBrowserTries(): Promise<number[]> {
  const counted = await rows("SELECT count FROM tries WHERE key LIKE 'password/known:%'");
  return counted.map(({ count }) => Number(count));
}
