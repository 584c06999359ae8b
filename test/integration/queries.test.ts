import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import worker from '../../worker/index.ts';
import { hours } from '../../worker/limits/duration.ts';
import { codeIn, linkIn, wrongCode } from '../support/mail.ts';
import { metered } from '../support/meter.ts';
import { moveClock, rows } from '../support/stores.ts';
import { carla, lars, larsAtDemo, nobody, olivia, visit } from '../support/visit.ts';

/**
 * The steps of a plan that read a whole table. D1 bills by rows read, so a scan that is nothing today is
 * slow and dear with the thousandth contact. Scans of a constant row or of a subquery's few rows are none.
 */
async function scansOf(sql: string): Promise<string[]> {
  const tables = await rows(`SELECT name FROM sqlite_schema WHERE type = 'table'`);
  const names = new Set(tables.map(({ name }) => String(name)));
  const unbound = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`);
  const holes = sql.replace(/'(?:[^']|'')*'/g, '').split('?').length - 1;
  const plan = await unbound
    .bind(...Array.from({ length: holes }, () => null))
    .all<{ detail: string }>();
  return plan.results
    .map(({ detail }) => detail)
    .filter((detail) => {
      const scanned = /^SCAN (?:TABLE )?(\w+)/.exec(detail)?.[1];
      return scanned !== undefined && (names.has(scanned) || aliases(sql, names).has(scanned));
    });
}

/** `activity AS later` is a table too. */
function aliases(sql: string, tables: Set<string>): Set<string> {
  const found = [...sql.matchAll(/\b"?(\w+)"?\s+AS\s+"?(\w+)"?/gi)];
  return new Set(found.filter(([, of = '']) => tables.has(of)).map(([, , alias = '']) => alias));
}

/** Everything that a contact, a member and the cron do. */
async function walkEverything(bindings: Env): Promise<void> {
  const owner = visit('app', bindings);
  await owner.signInAs(olivia);
  const stranger = visit('demo', bindings);
  await stranger.ask(nobody);
  await stranger.post('/sign-in/code', { code: 'AAAAAA' });

  const client = visit('demo', bindings);
  const mail = await client.ask(carla);
  await client.post('/sign-in/code', { code: wrongCode(codeIn(mail)) });
  await visit('demo', bindings).get(linkIn(mail));
  await client.post('/sign-in/code', { code: codeIn(mail) });
  for (const path of ['/', '/sign-in', '/sign-in/check-email', '/nothing']) await client.get(path);
  const late = visit('demo', bindings);
  await late.get(linkIn(mail));
  await late.post(`${new URL(linkIn(mail)).pathname}/renewal`);
  await late.post('/sign-in/code', { code: 'AAAAAA' });

  const contacts = '/w/demo/contacts';
  const fields = { name: 'Dora', email: 'dora@acme.test', client: ['Acme Corp', 'Beta GmbH'] };
  const card = (await owner.post(contacts, fields)).headers.get('location') ?? '';
  await owner.post(contacts, fields);
  await owner.post(card, { ...fields, email: 'dora@beta.test' });
  const cursor = btoa(JSON.stringify({ nameKey: 'a', id: 'b' }));
  const older = btoa(JSON.stringify({ at: Date.now(), id: 'b' }));
  for (const path of [
    '/',
    '/workspaces/new',
    '/w/demo',
    '/w/demo/activity',
    `/w/demo/activity?after=${older}`,
    '/w/demo/settings/preferences/clients',
    `${contacts}/new`,
    contacts,
    `${contacts}?q=acme`,
    `${contacts}?access=on`,
    `${contacts}?q=acme&access=off&after=${cursor}`,
    `${contacts}?access=on&after=${cursor}`,
    `${contacts}?after=${cursor}`,
    card,
    `${card}/edit`,
    `${card}/deletion`,
  ]) {
    expect((await owner.get(path)).status, path).toBeLessThan(400);
  }
  await owner.post(`${card}/portal-access`, { enabled: 'on' });
  await owner.post(`${card}/portal-access`, { enabled: 'off' });
  await owner.post(`${contacts}/${larsAtDemo}/portal-access`, { enabled: 'on' });
  await visit('demo', bindings).signInAs(lars);
  await owner.post(`${card}/deletion`);
  await owner.post('/w/demo/settings/preferences/clients', { default_portal_access: 'on' });
  await owner.post('/workspaces/new', { name: 'Second', slug: 'demo' });
  await owner.post('/workspaces/new', { name: 'Second', slug: 'second' });
  const newcomer = visit('app', bindings);
  const first = linkIn(await newcomer.ask('newowner@fresh.test'));
  await visit('app', bindings).get(first);
  await newcomer.post('/sign-in/code', { code: 'AAAAAA' });
  await newcomer.get(first);
  await visit('app', bindings).post(`${new URL(first).pathname}/renewal`);
  moveClock(hours(2)); // so that both are touched
  await client.get('/');
  await owner.get('/w/demo');
  await client.post('/sign-out');
  await visit('app', bindings).get('/healthz');
  const controller = { scheduledTime: Date.now(), cron: '17 3 * * *', noRetry() {} };
  await worker.scheduled(controller, bindings);
}

test('no query of the app reads a whole table', async () => {
  const meter = metered();
  await walkEverything(meter.bindings);
  expect(meter.statements.size).toBeGreaterThan(40);
  expect([...meter.statements].some((sql) => /^update .*set "last_seen_at"/.test(sql))).toBe(true);
  const verbs = new Set(
    [...meter.statements].map((sql) => sql.trim().split(/\s/)[0]?.toLowerCase()),
  );
  expect([...verbs].toSorted()).toEqual(['delete', 'insert', 'select', 'update']);
  const found = await Promise.all(
    [...meter.statements].map(async (sql) => ({ sql, scans: await scansOf(sql) })),
  );
  expect(found.filter(({ scans }) => scans.length > 0)).toEqual([]);
});

test.each([
  'SELECT * FROM contacts WHERE name = ?',
  'SELECT * FROM sessions ORDER BY created_at',
  'SELECT count(*) FROM activity AS a WHERE a.detail = ?',
  'UPDATE "contacts" SET name = ? WHERE email = ?',
  'DELETE FROM sessions WHERE ended_at < ?',
  `SELECT id FROM workspaces WHERE EXISTS (SELECT 1 FROM contacts WHERE name = '?')`,
])('the control: a scan is found in %s', async (sql) => {
  expect(await scansOf(sql)).not.toEqual([]);
});

test.each([
  'SELECT 1',
  'SELECT * FROM contacts WHERE id = ?',
  'SELECT * FROM (SELECT ? AS a UNION ALL SELECT ?) AS few',
  'DELETE FROM tries WHERE resets_at < ?',
])('the control: no scan is found in %s', async (sql) => {
  expect(await scansOf(sql)).toEqual([]);
});
