import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { derivePeppers } from '../../worker/crypto/pepper.ts';
import worker from '../../worker/index.ts';
import { hashPassword } from '../../worker/passwords/password-hash.ts';
import { SENDERS_PER_RUN } from '../../worker/senders/schedule.ts';
import { days, hours } from '../../worker/values/duration.ts';
import configuration from '../../wrangler.toml?raw';
import { watchBindings, wrapBindings } from '../support/bindings.ts';
import {
  carla,
  carlaAtDemo,
  lars,
  larsAtDemo,
  nobody,
  olivia,
  PASSPHRASE,
  rita,
} from '../support/cast.ts';
import { moveClock, withoutWaiting } from '../support/clock.ts';
import { expectConsoleError } from '../support/console-errors.ts';
import { rows } from '../support/database.ts';
import { ACCOUNT } from '../support/doubles/mailchannels/domains.ts';
import { codeIn, linkIn, wrongCode } from '../support/mail.ts';
import { domainService, mailService, signer, zone } from '../support/network.ts';
import { png } from '../support/pictures.ts';
import { deliverQueued, queued } from '../support/queue.ts';
import {
  activeSender,
  codeFor,
  EMAIL,
  enter,
  HELLO,
  recorded,
  remove,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../support/senders.ts';
import { typePassword, type Visitor, visit } from '../support/visitor.ts';

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

const CHANGED = 'a kettle full of borrowed thunder';
const WRONG = 'not what was chosen back then';

/** Everything that somebody with a password does, at the door and on the pages of the account. */
async function walkAccount(bindings: Env, host: string, email: string): Promise<void> {
  const person = await visit(host, bindings).signInAs(email);
  const pages = ['password', 'password/removal', 'sessions', 'confirmation'];
  async function lookAround(): Promise<void> {
    for (const page of pages.map((name) => `/account/${name}`)) {
      expect((await person.get(page)).status, page).toBeLessThan(400);
    }
  }

  await person.get('/.well-known/change-password');
  await lookAround();
  await person.post('/account/password/removal');
  await expectAnswer(422, person.post('/account/password', { password: 'short' }));
  await expectAnswer(303, person.post('/account/password', { password: PASSPHRASE }));
  await lookAround();

  const other = visit(host, bindings);
  await expectAnswer(401, typePassword(other, nobody));
  await expectAnswer(401, typePassword(other, email, WRONG));
  await expectAnswer(303, typePassword(other, email));
  const change = { password: CHANGED, current_password: WRONG };
  await expectAnswer(422, other.post('/account/password', change));
  await expectAnswer(
    303,
    other.post('/account/password', { ...change, current_password: PASSPHRASE }),
  );
  expect((await person.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');

  await ageHashes(CHANGED);
  await expectAnswer(303, typePassword(visit(host, bindings), email, CHANGED));
  await expectAnswer(303, other.post('/account/sessions/revocation'));
  await expectAnswer(303, typePassword(visit(host, bindings), email, CHANGED));
  const [newest] = await rows('SELECT id FROM sessions ORDER BY created_at DESC, rowid DESC');
  await expectAnswer(303, other.post(`/account/sessions/${newest?.id}/revocation`));

  const stranger = visit(host, bindings);
  for (let tries = 0; tries < 5; tries++) {
    await expectAnswer(401, typePassword(stranger, email, WRONG));
  }
  await expectAnswer(429, typePassword(stranger, email, CHANGED));
  await expectAnswer(429, other.post('/account/password', change));
}

async function expectAnswer(status: number, answer: Promise<Response>): Promise<void> {
  expect((await answer).status).toBe(status);
}

/** As if every password that is set had been set under a policy that has been raised since. */
async function ageHashes(password: string): Promise<void> {
  const peppers = await derivePeppers([env.PASSWORD_PEPPER]);
  const old = await hashPassword(peppers, password, { rounds: 1, iterations: 1000 });
  await env.DB.prepare('UPDATE passwords SET hash = ?').bind(old).run();
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
    `${contacts}?q=acme&access=off`,
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
  await owner.post(`${contacts}/${larsAtDemo}/invitation`, { message: 'Welcome' });
  await visit('demo', bindings).signInAs(lars);
  await walkAccount(bindings, 'demo', carla);
  const [device] = await rows('SELECT id FROM sessions WHERE contact_id = ?', carlaAtDemo);
  expect(await (await owner.get(`${contacts}/${carlaAtDemo}`)).text()).toContain('Paused until');
  for (const path of ['/w/demo', '/w/demo/activity']) await owner.get(path);
  const revocation = `${contacts}/${carlaAtDemo}/sessions/${device?.id}/revocation`;
  await owner.post(revocation);
  await client.signInAs(carla);
  await expectAnswer(303, client.post('/account/password/removal'));
  await walkAccount(bindings, 'app', rita);
  const member = visit('app', bindings);
  const forRita = linkIn(await member.ask(rita));
  await member.get(forRita);
  await expectAnswer(303, member.post('/account/password/removal'));
  await visit('app', bindings).post(`${new URL(forRita).pathname}/renewal`);
  await member.post('/sign-in/code', { code: codeIn(await member.ask(rita)) });
  expect(await rows('SELECT * FROM passwords')).toEqual([]);

  await owner.post(`${card}/deletion`);
  await owner.post('/w/demo/settings/preferences/clients', { default_portal_access: 'on' });
  await walkBranding(owner, client);
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

/** Brand and logo: kept, shown on both hosts, kept again, removed. */
async function walkBranding(owner: Visitor, client: Visitor): Promise<void> {
  const branding = '/w/demo/settings/branding';
  const form = new FormData();
  form.append('logo', new File([await png()], 'logo.png'));
  const headers = { origin: owner.origin };
  const upload = { method: 'POST', headers, body: form };
  expect((await owner.send(new Request(owner.origin + branding, upload))).status).toBe(303);
  const [row] = await rows('SELECT hash FROM logos');
  for (const visitor of [owner, client]) {
    expect((await visitor.get(`/logo/${row?.hash}`)).status).toBe(200);
  }
  await owner.post('/w/demo/settings/email/sample');
  await owner.get(branding);
  await owner.get(`${branding}/preview/mail`);
  await owner.post(branding, { name: 'Demo Studio' });
  await owner.post(branding, { remove_logo: 'on' });
}

/** A mail that waits for another try, two that never leave, and one that arrives by the queue. */
async function walkMails(bindings: Env): Promise<void> {
  expectConsoleError(/mail refused/);
  const there = { ...bindings, MAIL_TRANSPORT: 'mailchannels' };
  mailService('429', '400', '429', '429', 'takes it over (202)');
  for (let asked = 1; asked <= 3; asked += 1) await visit('demo', there).ask(carla);
  await deliverQueued(there);
  const owner = await visit('app', bindings).signInAs(olivia);
  await owner.get('/w/demo');
  await owner.get(`/w/demo/contacts/${carlaAtDemo}`);
  await deliverQueued(there);
  await visit('demo', there).ask(carla);
  await env.DB.prepare("UPDATE mails SET state = 'waiting' WHERE tries = 1").run();
  await deliverQueued(there, 'latchkey-mail-dead');
}

/** News of a mail that was delivered, and of one that came back; the second look for one that nobody knows. */
async function walkNews(bindings: Env): Promise<void> {
  expectConsoleError(/event of a mail/);
  expectConsoleError(/events of mails/);
  const there = { ...bindings, MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: 'acme' };
  await visit('demo', there).ask(carla);
  const sign = await signer();
  const named = { customer_handle: 'acme', timestamp: Date.now() / 1000 };
  const body = JSON.stringify([
    { event: 'delivered', smtp_id: '<m-1@mailchannels.test>', ...named },
    { event: 'hard-bounced', request_id: 'r-1', ...named },
    { event: 'delivered', smtp_id: 'unknown', ...named },
  ]);
  const machine = visit('app', there);
  const headers = { 'content-type': 'application/json', ...(await sign(body)) };
  const address = `${machine.origin}/webhooks/mailchannels`;
  const webhook = new Request(address, { method: 'POST', headers, body });
  await withoutWaiting(() => expectAnswer(200, machine.send(webhook)));
}

/** A sender from entering it to taking it away: confirmed, verified, refused, restored, broken, restored. */
async function walkSenders(bindings: Env): Promise<void> {
  const there = { ...bindings, ...ON_THE_WIRE };
  const owner = await signedInOwner(olivia, there);
  await owner.get(EMAIL);
  await expectAnswer(303, owner.post(EMAIL, { email: HELLO }));
  await expectAnswer(303, owner.post(`${EMAIL}/code`));
  await expectAnswer(422, owner.post(`${EMAIL}/confirmation`, { code: 'AAAAAA' }));
  await expectAnswer(303, owner.post(`${EMAIL}/confirmation`, { code: codeFor(HELLO) }));
  domainService.publish(STUDIO);
  await runSchedule(there);
  mailService('400', 'takes it over (202)');
  await visit('demo', there)
    .ask(carla)
    .catch(() => undefined);
  moveClock(days(1));
  await runSchedule(there);
  await expectAnswer(303, owner.post(`${EMAIL}/check`));
  zone.set(STUDIO, []);
  await runSchedule(there);
  domainService.publish(STUDIO);
  await runSchedule(there);
  await owner.get(EMAIL);
  expect(await recorded()).toHaveLength(6);
  await walkNext(owner);
}

/** One beside it, from entering it to where it takes over; then one that is given up, and the end of all. */
async function walkNext(owner: Visitor): Promise<void> {
  await enter(owner, 'hi@new.example');
  domainService.publish('new.example');
  await expectAnswer(303, owner.post(`${EMAIL}/check`));
  expect(await sender()).toMatchObject({ address: 'hi@new.example' });
  await expectAnswer(303, owner.post(EMAIL, { email: HELLO }));
  await owner.get(EMAIL);
  await expectAnswer(303, remove(owner, 'next'));
  await expectAnswer(303, remove(owner));
  expect(await sender()).toBeUndefined();
}

const ON_THE_WIRE = { MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: ACCOUNT };

test('no query of the app reads a whole table', async () => {
  const meter = watchBindings();
  await walkMails(meter.bindings);
  await walkNews(meter.bindings);
  await walkSenders(meter.bindings);
  await walkEverything(meter.bindings);
  expect(meter.statements.size).toBeGreaterThan(100);
  // what runs after an answer, or only once in a long while, was reached too
  for (const rare of [
    /^update "sessions" set "last_seen_at"/,
    /^update "contacts" set "last_seen_at" = \? where/,
    /^update "passwords" set "hash" = \? where/,
    /^delete from "passwords"/,
    /^update "mails" set "state" = \?, "provider_id"|^update "mails" set .*"settled_at"/,
    /^update "mails" set "delivered_at"/,
    /^update "mails" .* CROSS JOIN mails AS newer/s,
    /"mails"."provider_id" IN/,
    /"mails"."request_id" IN/,
    /from "mails" where .*"mails"."created_at" = \?/,
    /CROSS JOIN mails/,
    /^select .* from "mails" .*"mails"."about" = \?/,
    /^select .* from "activity" .*"mails"."about" = \?/,
    /^update "tries" set "count" = max/,
    /^delete from "tries" where "tries"."key"/,
    /^update "sessions" set "browser_hash"/,
    /^select count\(\*\) FILTER .* from "sessions"/,
    /^update "senders" set "verified_at"/,
    /^update "senders" set "broken_at"/,
    /^update "senders" set "told_at"/,
    /^update "senders" set "slot"/,
    /^delete from "senders" where .*exists/,
    /^delete from "senders" where .*returning/,
    /from "senders" where .*order by "senders"."checked_at"/,
  ]) {
    expect(
      [...meter.statements].filter((sql) => rare.test(sql)),
      String(rare),
    ).not.toEqual([]);
  }
  const verbs = new Set(
    [...meter.statements].map((sql) => sql.trim().split(/\s/)[0]?.toLowerCase()),
  );
  expect([...verbs].toSorted()).toEqual(['delete', 'insert', 'select', 'update']);
  const found = await Promise.all(
    [...meter.statements].map(async (sql) => ({ sql, scans: await scansOf(sql) })),
  );
  expect(found.filter(({ scans }) => scans.length > 0)).toEqual([]);
});

/** A D1 that counts the statements it is asked, each of a batch as one, as the Free plan does. */
function countedStatements(): { DB: D1Database; statements: () => number } {
  let count = 0;
  const { DB } = wrapBindings(({ sql }, run) => {
    count += sql.length;
    return run();
  });
  return { DB, statements: () => count };
}

test('a run that finds every sender broken: within the 50 statements of the Free plan', async () => {
  await activeSender();
  domainService.publish(STUDIO);
  zone.set(`_mailchannels.${STUDIO}`, []);
  const { DB, statements } = countedStatements();
  moveClock(hours(1));
  const controller = createScheduledController({ cron: '*/10 * * * *' });
  await worker.scheduled(controller, { ...withDomains, DB });
  expect(queued()).toMatchObject([{ body: { kind: 'sender-broken' } }]);
  const toFindThem = 2;
  expect(toFindThem + SENDERS_PER_RUN * (statements() - toFindThem)).toBeLessThanOrEqual(50);
});

test('a batch of the queue whose mails all find their sender broken stays within the Free plan’s 50 statements', async () => {
  const { DB, statements } = countedStatements();
  await activeSender();
  expectConsoleError(/"what":"mail refused"/);
  mailService('429', '400', 'takes it over (202)');
  await visit('demo', withDomains).post('/sign-in/link', { email: carla });
  await deliverQueued({ ...withDomains, DB });
  expect(queued()).toMatchObject([{ body: { kind: 'sender-broken' } }]);
  const [, most] = /^queue = "latchkey-mail"\nmax_batch_size = (\d+)/m.exec(configuration) ?? [];
  const onceMore = 2;
  expect(Number(most) * (statements() + onceMore)).toBeLessThanOrEqual(50);
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
