import { env } from 'cloudflare:workers';
import { describe, expect, test, vi } from 'vitest';
import { isRefusal, isTransient, storeOutcome } from '../../worker/db/store-error.ts';
import { onlyReads, sturdyStores, type Waiting } from '../../worker/db/sturdy.ts';
import { watchBindings } from '../support/bindings.ts';
import { waitedFor } from '../support/clock.ts';
import { always, CONNECTION_LOST, DAILY_LIMIT, type Fault, withFaults } from '../support/faults.ts';

const COUNT = "UPDATE members SET link_epoch = link_epoch + 1 WHERE email = 'owner@demo.test'";

describe('what only reads', () => {
  test.each([
    'select 1',
    '  SELECT * FROM contacts',
    '-- why\nSELECT 1',
    '/* why */ SELECT 1',
    'VALUES (1)',
    'EXPLAIN QUERY PLAN SELECT 1',
    'WITH some AS (SELECT 1) SELECT * FROM some',
    "SELECT replace(name, 'a', 'b') FROM contacts",
    'SELECT updated_at, deleted FROM contacts;',
  ])('%s', (sql) => {
    expect(onlyReads(sql)).toBe(true);
  });

  test.each([
    'INSERT INTO tries VALUES (1)',
    'update tries set count = 1 returning count',
    'DELETE FROM tries',
    'REPLACE INTO tries VALUES (1)',
    'WITH some AS (SELECT 1) UPDATE tries SET count = 1',
    'with some as (select 1) insert into tries select * from some returning key',
    'WITH some AS (SELECT 1)\nDELETE FROM tries',
    'SELECT 1; DELETE FROM tries',
    'PRAGMA user_version = 2',
    'CREATE TABLE x (y)',
    '-- SELECT\nDELETE FROM tries',
    '/* SELECT 1 */ UPDATE tries SET count = 1',
    '',
  ])('not %j', (sql) => {
    expect(onlyReads(sql)).toBe(false);
  });
});

describe('errors', () => {
  test.each([
    CONNECTION_LOST,
    'D1_ERROR: D1 DB reset because its code was updated.',
    'D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.',
    'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
    'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
    'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
    "D1_ERROR: Can't read from request stream because client disconnected.",
    'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
    'D1_ERROR: D1 DB is overloaded. Too many requests queued.',
    'D1_ERROR: database is locked: SQLITE_BUSY',
    'internal error; reference = 8k2j',
    'KV GET failed: 500 Internal Server Error',
    'KV GET failed: 503 Service Unavailable',
    'no answer within 2.5 s',
  ])('that pass: %s', (message) => {
    expect([isTransient(new Error(message)), isRefusal(new Error(message))]).toEqual([true, false]);
  });

  test.each([
    DAILY_LIMIT,
    'D1_ERROR: near "SELEC": syntax error at offset 0: SQLITE_ERROR',
    'D1_ERROR: no such table: nothing: SQLITE_ERROR',
    'D1_ERROR: UNIQUE constraint failed: contacts.email_key: SQLITE_CONSTRAINT',
    "D1_TYPE_ERROR: Type 'undefined' not supported for value 'undefined'",
    'D1_ERROR: Exceeded maximum DB size limit: SQLITE_FULL',
    'KV get() limit exceeded for the day.',
    'KV GET failed: 429 Too Many Requests',
    'KV GET failed: 400 Invalid key',
  ])('that stay: %s', (message) => {
    expect([isTransient(new Error(message)), isRefusal(new Error(message))]).toEqual([false, true]);
  });

  test('that nobody has seen before: no second try, and nothing is called refused', () => {
    const unknown = new Error('D1_ERROR: something else');
    expect([isTransient(unknown), isRefusal(unknown)]).toEqual([false, false]);
  });
});

/** D1 and KV whose first calls go wrong, and how often they were called. */
function faulty(...faults: Fault[]) {
  const watch = watchBindings();
  watch.onCall = withFaults(() => true, faults);
  return { stores: sturdyStores(watch.bindings, 'visitor'), calls: watch.calls };
}

/** What is known of the store that makes work fail; 'none' when it succeeds. */
async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(() => 'none', storeOutcome);
}

describe('tries', () => {
  const lost: Fault = { fails: CONNECTION_LOST };

  test.each<[string, (db: D1Database) => Promise<unknown>]>([
    ['a statement', (db) => db.prepare('SELECT ? AS one').bind(1).all()],
    ['its first row', (db) => db.prepare('SELECT 1 AS one').first()],
    ['a batch of reads', (db) => db.batch([db.prepare('SELECT 1'), db.prepare('SELECT 2')])],
  ])('%s that reads: two at most', async (_what, read) => {
    const once = faulty(lost);
    expect(await read(once.stores.bindings.DB)).toBeTruthy();
    expect(once.calls).toHaveLength(2);
    const twice = faulty(lost, lost);
    expect(await outcomeOf(read(twice.stores.bindings.DB))).toBe('unread');
    expect(twice.calls).toHaveLength(2);
  });

  test('a read that is refused for good: one', async () => {
    const { stores, calls } = faulty({ fails: DAILY_LIMIT });
    expect(await outcomeOf(stores.bindings.DB.prepare('SELECT 1').all())).toBe('unread');
    expect(calls).toHaveLength(1);
  });

  test.each<[string, (db: D1Database) => Promise<unknown>]>([
    ['a write', (db) => db.prepare(COUNT).run()],
    ['a write that returns rows', (db) => db.prepare(`${COUNT} RETURNING id`).all()],
    ['a write among reads', (db) => db.batch([db.prepare('SELECT 1'), db.prepare(COUNT)])],
  ])('%s: one, and nobody knows what became of it', async (_what, write) => {
    for (const fault of [lost, { losesAnswer: CONNECTION_LOST }]) {
      const { stores, calls } = faulty(fault);
      expect(await outcomeOf(write(stores.bindings.DB))).toBe('unknown');
      expect(calls).toHaveLength(1);
    }
    const refused = faulty({ fails: 'D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT' });
    expect(await outcomeOf(write(refused.stores.bindings.DB))).toBe('refused');
    expect(refused.calls).toHaveLength(1);
    const [found] = await epochs();
    expect(found?.epoch, 'each lost answer is of one write').toBe(1);
  });

  test('KV: two of a get, one of a put', async () => {
    const reading = faulty({ fails: 'KV GET failed: 503' });
    expect(await reading.stores.bindings.TOKENS.get('nothing')).toBeNull();
    expect(reading.calls).toEqual(['TOKENS.get', 'TOKENS.get']);
    const writing = faulty({ fails: 'KV PUT failed: 503' });
    expect(await outcomeOf(writing.stores.bindings.TOKENS.put('a', 'b'))).toBe('unknown');
    expect(writing.calls).toEqual(['TOKENS.put']);
  });
});

describe('after a write', () => {
  const refused: Fault = { fails: 'D1_ERROR: no such table: x: SQLITE_ERROR' };

  test('a read that fails, or a write that is refused: something may be saved', async () => {
    for (const sql of ['SELECT 1', COUNT]) {
      const { DB } = faulty('none', refused).stores.bindings;
      await DB.prepare(COUNT).run();
      expect(await outcomeOf(DB.prepare(sql).run())).toBe('unknown');
    }
  });

  test.each([
    `insert into "tries" ("key", "count", "resets_at") values ('a', 1, ?)`,
    'update "sessions" set "last_seen_at" = ? where id = 1',
  ])('at the side of a request: nothing is half done (%s)', async (aside) => {
    const { DB } = faulty('none', refused).stores.bindings;
    await DB.prepare(aside).bind(1).run();
    expect(await outcomeOf(DB.prepare('SELECT 1').run())).toBe('unread');
  });
});

describe('time limits', () => {
  test.each<[Waiting, { read: number; write: number }]>([
    ['visitor', { read: 5, write: 8 }],
    ['after-response', { read: 10, write: 10 }],
    ['job', { read: 20, write: 30 }],
  ])('for a %s, in seconds: %j', async (waiting, most) => {
    const watch = watchBindings();
    watch.onCall = withFaults(() => true, always('hangs'));
    const { DB, TOKENS } = sturdyStores(watch.bindings, waiting).bindings;
    const wait = async (work: () => Promise<unknown>) =>
      Math.floor((await waitedFor(() => expect(work()).rejects.toThrow())) / 1000);
    expect(await wait(() => DB.prepare('SELECT 1').all())).toBe(most.read);
    expect(await wait(() => DB.prepare(COUNT).run())).toBe(most.write);
    expect(await wait(() => DB.batch([DB.prepare(COUNT)]))).toBe(most.write);
    expect(await wait(() => TOKENS.get('a'))).toBe(most.read);
    expect(await wait(() => TOKENS.put('a', 'b'))).toBe(most.write);
  });

  test('no timer is left when a call has ended, however it ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { DB } = faulty('none', { fails: DAILY_LIMIT }).stores.bindings;
    await DB.prepare('SELECT 1').all();
    await expect(DB.prepare('SELECT 1').all()).rejects.toThrow();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an answer that comes too late makes no noise', async () => {
    const watch = watchBindings();
    let fail = (_error: Error) => {};
    watch.onCall = () =>
      new Promise((_resolve, reject) => {
        fail = reject;
      });
    const { DB } = sturdyStores(watch.bindings, 'visitor').bindings;
    await waitedFor(() => expect(DB.prepare(COUNT).run()).rejects.toThrow('may or may not'));
    fail(new Error('late'));
    await new Promise((resolve) => setTimeout(resolve, 1));
  });
});

async function epochs() {
  const { results } = await env.DB.prepare(
    "SELECT link_epoch AS epoch FROM members WHERE email = 'owner@demo.test'",
  ).all<{ epoch: number }>();
  return results;
}
