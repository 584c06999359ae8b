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
