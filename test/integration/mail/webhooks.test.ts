import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as paths from '../../../ui/paths.ts';
import { EARLY_EVENT_PAUSE } from '../../../worker/mail/delivery-events.ts';
import {
  SIGNING_KEY_KEPT,
  SIGNING_KEY_MISSED,
  SIGNING_KEYS_IN_VAIN,
} from '../../../worker/mail-services/mailchannels/signing-keys.ts';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { watchBindings } from '../../support/bindings.ts';
import {
  carla,
  carlaAtDemo,
  carlaAtRival,
  olivia,
  rita,
  rob,
  robAtRival,
} from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, rows } from '../../support/database.ts';
import type { KeyService, Signer } from '../../support/doubles/mailchannels/signing-keys.ts';
import { keyService, keysAsked, signer, withdrawKeys } from '../../support/network.ts';
import { tally, type Visitor, visit } from '../../support/visitor.ts';

const ACCOUNT = 'acme-account';
/** What MailChannels says of the one mail of a test, by the double of its API. */
const MESSAGE = '<m-1@mailchannels.test>';
const REQUEST = 'r-1';
/** Words of a mail server that is somebody else's, or an attacker's. */
const EVIL = '550 5.1.1 <script>alert(1)</script> \u202egnorw for client@demo.test';

type Event = Record<string, unknown>;
let overTheWire: Env;
let machine: Visitor;
let sign: Signer;

// bindings of its own are an isolate of its own: no key is remembered from the test before
beforeEach(async () => {
  overTheWire = { ...env, MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: ACCOUNT };
  machine = visit('app', overTheWire);
  sign = await signer();
});

/** Carla, or whoever, has asked for a link, and the mail service has taken the mail over. */
async function mailed(host = 'demo', email = carla): Promise<void> {
  await visit(host, overTheWire).post('/sign-in/link', { email });
}

function event(what: string, more: Event = {}): Event {
  return {
    email: 'portal@portal.localhost',
    customer_handle: ACCOUNT,
    timestamp: Math.floor(Date.now() / 1000),
    event: what,
    smtp_id: MESSAGE,
    request_id: REQUEST,
    recipients: [carla],
    ...more,
  };
}

const bounce = (more: Event = {}) =>
  event('hard-bounced', { status: '5.1.1', reason: EVIL, ...more });

function post(body: string, headers: Record<string, string>, to = machine): Promise<Response> {
  const address = to.origin + paths.mailchannelsWebhook();
  const init = {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  };
  return to.send(new Request(address, init));
}

/** What MailChannels sends: events in a list, signed now. */
async function tell(...events: Event[]): Promise<Response> {
  const body = JSON.stringify(events);
  return post(body, await sign(body));
}

async function news() {
  return rows(
    `SELECT kind, contact_id AS contact, detail FROM activity
     WHERE mail_id IS NOT NULL AND kind <> 'link_sent' ORDER BY contact_id, kind`,
  );
}

async function counted(): Promise<number> {
  return (await rows("SELECT 1 FROM tries WHERE key LIKE 'webhook/%'")).length;
}

async function read(owner: Visitor, path: string): Promise<string> {
  const page = await (await owner.get(path)).text();
  const text = page.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' ');
  return text.replace(/\s+/g, ' ');
}

/** What the card and Home say, as text. */
async function atTheDesk() {
  const owner = await visit('app').signInAs(olivia);
  const card = await read(owner, `/w/demo/contacts/${carlaAtDemo}`);
  return {
    card,
    home: await read(owner, '/w/demo'),
    activity: await read(owner, '/w/demo/activity'),
  };
}

const NEWS = /"what":"event of a mail"/;

describe('what became of a mail', () => {
  test('delivered: written down when, and the card says so above "accepted"', async () => {
    await mailed();
    const at = Math.floor(Date.now() / 1000);
    moveClock(seconds(90));
    expect(
      (await tell(event('processed'), event('delivered', { timestamp: at + 30 }))).status,
    ).toBe(200);
    const [mail] = await rows('SELECT delivered_at FROM mails');
    expect(mail).toEqual({ delivered_at: seconds(at + 30) });
    expect(await news()).toEqual([]);
    expect((await atTheDesk()).card).toMatch(
      /Their mail server took the mail over 1 minute ago .*The mail was accepted by the mail service .*Asked for a sign-in link/,
    );
  });

  test.each<[string, Event, RegExp, RegExp]>([
    [
      'hard-bounced',
      { status: '5.1.1', reason: EVIL },
      /The mail came back: there is no such mailbox/,
      /A mail to them came back: there is no such mailbox\. Is the address right\?/,
    ],
    [
      'hard-bounced',
      { status: '552', reason: 'full' },
      /The mail came back: the mailbox is full/,
      /came back: the mailbox is full/,
    ],
    [
      'hard-bounced',
      { status: 550, reason: 'x 5.7.26 y' },
      /The mail came back: their mail server refused it as unwanted/,
      /came back: their mail server refused it as unwanted/,
    ],
    [
      'hard-bounced',
      { status: null, reason: { nested: 'words' } },
      /The mail came back: their mail server did not take it/,
      /came back: their mail server did not take it/,
    ],
    [
      'soft-bounced',
      { status: '4.2.2', reason: EVIL },
      /has to wait at their mail server: the mailbox is full; the mail service goes on trying/,
      /Nothing at the moment\./,
    ],
    [
      'dropped',
      { reason: EVIL.slice(10) },
      /was held back by the mail service: mails to this address came back before/,
      /held a mail to them back: .* Ask them for another address, or to allow mail from you\./,
    ],
    [
      'complained',
      {},
      /The mail was called spam/,
      /A mail to them was called spam, so more may not arrive/,
    ],
  ])('%s %j: on the card, and at Home what to do', async (what, more, onTheCard, atHome) => {
    expectConsoleError(NEWS);
    await mailed();
    expect((await tell(event(what, more))).status).toBe(200);
    const { card, home, activity } = await atTheDesk();
    expect(card).toMatch(onTheCard);
    expect(home).toMatch(atHome);
    expect(activity).toMatch(onTheCard);
    expect(card + home + activity, 'nothing of the upstream').not.toMatch(
      /alert|gnorw|\u202e|nested/,
    );
    expect(JSON.stringify((await dump()).d1)).not.toMatch(/alert|gnorw/);
  });

  test.each(['processed', 'open', 'click', 'unsubscribed', 'test', 'invented'])(
    '%s: taken, and nothing of it kept',
    async (what) => {
      await mailed();
      const before = await dump();
      expect((await tell(event(what))).status).toBe(200);
      const { tries, ...after } = (await dump()).d1;
      expect(tries).toHaveLength(1);
      expect({ ...after, tries: [] }).toEqual({ ...before.d1, tries: [] });
    },
  );

  test.each<[string, Event]>([
    ['its Message-ID alone', { request_id: undefined }],
    ['the same without angle brackets', { request_id: undefined, smtp_id: MESSAGE.slice(1, -1) }],
    ['the request alone', { smtp_id: undefined }],
    ['the request, and a Message-ID that nobody knows', { smtp_id: '<other@mailchannels.test>' }],
  ])('is found by %s', async (_by, ids) => {
    await mailed();
    await tell(event('delivered', ids));
    expect(await rows('SELECT 1 FROM mails WHERE delivered_at IS NOT NULL')).toHaveLength(1);
  });

  test('of a member’s mail: when it was delivered, and nothing on anybody’s card', async () => {
    expectConsoleError(NEWS);
    await mailed('app', olivia);
    await tell(event('delivered'), bounce());
    expect(
      await rows('SELECT delivered_at IS NULL AS lost, member_id IS NULL AS nobodys FROM mails'),
    ).toEqual([{ lost: 0, nobodys: 0 }]);
    expect(await news()).toEqual([]);
  });

  test('of a contact deleted meanwhile: taken, and of no mail of ours', async () => {
    expectConsoleError(/1 of 1 about no mail of ours/);
    await mailed();
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`);
    expect((await withoutWaiting(() => tell(bounce()))).status).toBe(200);
    expect(await news()).toEqual([]);
  });

  test('happened in no future, and never before the mail left', async () => {
    expectConsoleError(NEWS);
    await mailed();
    const [left] = await rows('SELECT settled_at AS at FROM mails');
    moveClock(minutes(1));
    const now = Date.now();
    const far = Math.floor(now / 1000) + 86_400;
    await tell(event('delivered', { timestamp: far }), bounce({ timestamp: 1 }));
    expect(await rows('SELECT delivered_at FROM mails')).toEqual([{ delivered_at: now }]);
    expect(await rows("SELECT at FROM activity WHERE kind = 'mail_bounced'")).toEqual([left]);
  });

  test.each([1e308, -1e308, 2 ** 53, -0.5, 1e-300, 'half a second later'])(
    'at a time like %s: a whole moment, of those that can be, and pages that show it',
    async (time) => {
      expectConsoleError(NEWS);
      await mailed();
      moveClock(minutes(1));
      const timestamp = typeof time === 'number' ? time : Math.floor(Date.now() / 1000) - 30.1237;
      expect((await tell(event('delivered', { timestamp }), bounce({ timestamp }))).status).toBe(
        200,
      );
      const [mail] = await rows(
        'SELECT delivered_at AS delivered, typeof(delivered_at) AS of, settled_at AS left FROM mails',
      );
      expect(mail?.of).toBe('integer');
      expect(mail?.delivered).toBeGreaterThanOrEqual(Number(mail?.left));
      expect(mail?.delivered).toBeLessThanOrEqual(Date.now());
      const [told] = await rows(
        "SELECT typeof(at) AS of FROM activity WHERE kind = 'mail_bounced'",
      );
      expect(told).toEqual({ of: 'integer' });
      expect((await atTheDesk()).card).toContain('came back');
    },
  );

  test.each([
    ['a quotation mark', '"'],
    ['the end of a statement', "'; DROP TABLE mails; --"],
    ['NUL', '\u0000'],
    ['half a character', '\ud800'],
    ['a wildcard', '%'],
    ['the name of a column', 'provider_id'],
    ['nothing but brackets', '<>'],
    ['nothing', ''],
    ['the longest', 'x'.repeat(998)],
  ])('with %s for an id: of no mail of ours', async (_what, id) => {
    expectConsoleError(/"what":"events of mails".*1 of 1 about no mail/);
    await mailed();
    await mailed('rival', rob);
    const before = await rows('SELECT * FROM mails ORDER BY id');
    const nobodys = bounce({ smtp_id: id, request_id: id, timestamp: 1 });
    expect((await tell(nobodys)).status).toBe(200);
    expect(await news()).toEqual([]);
    expect(await rows('SELECT * FROM mails ORDER BY id')).toEqual(before);
  });

  test('before it was written down that the mail was accepted: looked for again, and found', async () => {
    await mailed();
    await tell(event('test')); // so that no key is waited for
    await env.DB.prepare('UPDATE mails SET provider_id = NULL, request_id = NULL').run();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const telling = tell(event('delivered'));
    await vi.waitFor(() => expect(vi.getTimerCount(), 'it pauses').toBe(1), { interval: 5 });
    await env.DB.prepare('UPDATE mails SET provider_id = ?').bind(MESSAGE).run();
    await vi.advanceTimersByTimeAsync(EARLY_EVENT_PAUSE);
    expect((await telling).status).toBe(200);
    expect(await rows('SELECT 1 FROM mails WHERE delivered_at IS NOT NULL')).toHaveLength(1);
  });

  test('of no mail, and not of this minute: answered without a pause', async () => {
    expectConsoleError(/1 of 1 about no mail of ours/);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const old = Math.floor(Date.now() / 1000) - 61;
    expect((await tell(event('delivered', { timestamp: old }))).status).toBe(200);
  });
});

test('what a mail server said goes to the log, without markup, addresses and turning marks', async () => {
  expectConsoleError(
    /"event of a mail".*"error":"[\w-]{36}: hard-bounced 5\.1\.1 550 5\.1\.1 alert\(1\) gnorw for …@…"/,
  );
  await mailed();
  await tell(bounce());
});

describe('at Home, a mail that came back', () => {
  beforeEach(async () => {
    expectConsoleError(NEWS);
    await mailed();
    await tell(bounce());
    await env.DB.prepare('UPDATE mails SET provider_id = NULL, request_id = NULL').run();
    moveClock(minutes(11));
  });

  test('is not hidden by asking again', async () => {
    await mailed();
    moveClock(minutes(11));
    expect((await atTheDesk()).home).toContain('Is the address right?');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['they sign in', () => visit('demo').signInAs(carla)],
    [
      'the contact is edited',
      async () => {
        const owner = await visit('app').signInAs(olivia);
        await owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'C', email: 'c@new.test' });
      },
    ],
    [
      'a later mail is delivered',
      async () => {
        await mailed();
        await tell(event('delivered'));
      },
    ],
  ])('is gone once %s', async (_what, happens) => {
    expect((await atTheDesk()).home).toContain('Is the address right?');
    await happens();
    expect((await atTheDesk()).home).not.toContain('Is the address right?');
  });
});

describe('refused, and nothing changed:', () => {
  async function expectRefused(status: number, request: () => Promise<Response>): Promise<void> {
    await mailed();
    const before = await dump();
    const response = await request();
    const body = await response.text();
    expect(response.status, body).toBe(status);
    expect(body, 'without detail').not.toMatch(/digest|signature|key|expired|account/i);
    // that there is such a key is MailChannels' word, whoever made us ask
    await env.TOKENS.delete('signing-key:mckey');
    expect(await dump()).toEqual(before);
  }

  const body = () => JSON.stringify([bounce()]);

  test('no signature: 401, and no key is asked for', async () => {
    await expectRefused(401, () => post(body(), {}));
    expect(keysAsked()).toEqual([]);
  });

  test.each<[string, (headers: Record<string, string>) => Record<string, string>]>([
    ['no digest', (all) => ({ ...all, 'content-digest': '' })],
    ['a digest of another kind', (all) => change(all, 'content-digest', 'sha-256', 'sha-512')],
    ['two digests', (all) => change(all, 'content-digest', /$/, `, ${all['content-digest']}`)],
    ['no input', (all) => ({ ...all, 'signature-input': '' })],
    ['more signed than that', (all) => change(all, 'signature-input', ')', ' "date")')],
    ['a key id with a path', (all) => change(all, 'signature-input', 'mckey', '../../x?id=y')],
    ['a key id of 1 KB', (all) => change(all, 'signature-input', 'mckey', 'k'.repeat(1024))],
    ['no time', (all) => change(all, 'signature-input', /created=\d+;/, '')],
    [
      'a time beyond time',
      (all) => change(all, 'signature-input', /=\d+;/, `=${'9'.repeat(400)};`),
    ],
  ])('%s: 401, and no key is asked for', async (_what, forge) => {
    await expectRefused(401, async () => post(body(), forge(await sign(body()))));
    expect(keysAsked()).toEqual([]);
  });

  test.each<[string, (headers: Record<string, string>) => Record<string, string>]>([
    ['a signature cut short', (all) => change(all, 'signature', /.{20}:$/, ':')],
    ['no signature', (all) => ({ ...all, signature: '' })],
    ['a signature that is no base64', (all) => ({ ...all, signature: 'sig_1=:%%%%:' })],
    ['a later time than was signed', (all) => change(all, 'signature-input', /=(\d+);/, later)],
    [
      'another algorithm than was signed',
      (all) => change(all, 'signature-input', 'ed25519', 'none'),
    ],
  ])('%s: 401', async (_what, forge) => {
    await expectRefused(401, async () => post(body(), forge(await sign(body()))));
  });

  test('the body changed by one letter, or cut: 401, and no key is asked for', async () => {
    await expectRefused(401, async () => post(body().replace('hard', 'soft'), await sign(body())));
    await expectRefused(401, async () => post(body().slice(0, -1), await sign(body())));
    expect(keysAsked()).toEqual([]);
  });

  test('signed by another’s key under the right id, or by one that nobody knows: 401', async () => {
    const impostor = await signer('mckey', 'secret');
    await expectRefused(401, async () => post(body(), await impostor(body())));
    const stranger = await signer('stranger', 'secret');
    await expectRefused(401, async () => post(body(), await stranger(body())));
  });

  test.each([
    ['too old', -minutes(5) - seconds(2)],
    ['from a future', minutes(5) + seconds(2)],
  ])('%s: 401, and no key is asked for', async (_when, away) => {
    moveClock(0);
    await expectRefused(401, async () => post(body(), await sign(body(), Date.now() + away)));
    expect(keysAsked()).toEqual([]);
  });

  test.each([
    ['another customer’s account', { customer_handle: 'mallory' }],
    ['the account in other letters', { customer_handle: ACCOUNT.toUpperCase() }],
    ['no account', { customer_handle: undefined }],
  ])('well signed, for %s: nothing counts', async (_whose, more) => {
    await expectRefused(200, () => tell(bounce(more), event('delivered', more)));
  });

  test.each([
    ['10,000 events', 413, JSON.stringify(Array(10_000).fill({ event: 'delivered' }))],
    ['no list', 400, '{"event":"delivered"}'],
    ['HTML', 400, '<!doctype html><h1>Bad gateway</h1>'],
    ['nothing', 401, ''],
  ])('well signed, %s: %i', async (_what, status, payload) => {
    await expectRefused(status, async () => post(payload, await sign(payload)));
  });

  test('1 MB: 413 before anything is verified', async () => {
    const payload = JSON.stringify([{ ...bounce(), reason: 'x'.repeat(1024 * 1024) }]);
    await expectRefused(413, async () => post(payload, await sign(payload)));
    expect(keysAsked()).toEqual([]);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'as %s: 415',
    async (type) => {
      await expectRefused(415, async () =>
        post(body(), { ...(await sign(body())), 'content-type': type }),
      );
    },
  );

  test('by GET: 405', async () => {
    const response = await machine.get(paths.mailchannelsWebhook());
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('in a flood from one address: 429', async () => {
    const answers = [];
    for (let count = 0; count < 130; count += 1) answers.push(await post('[]', {}));
    expect(tally(answers)[429]).toBeGreaterThan(0);
  });

  test.each<[string, Partial<Env>]>([
    ['the outbox', { MAIL_TRANSPORT: 'outbox' }],
    ['Cloudflare', { MAIL_TRANSPORT: 'cloudflare' }],
    ['an account that is not set', { MAILCHANNELS_ACCOUNT: '' }],
  ])('with %s there is nothing: 404 in plain words', async (_what, settings) => {
    const there = visit('app', { ...overTheWire, ...settings });
    for (const response of [
      await post(body(), await sign(body()), there),
      await there.get(paths.mailchannelsWebhook()),
    ]) {
      expect([response.status, await response.text()]).toEqual([404, 'Not found\n']);
    }
  });

  test('on a portal’s host: not there', async () => {
    const there = visit('demo', overTheWire);
    expect((await post(body(), await sign(body()), there)).status).toBe(403);
    expect((await there.get(paths.mailchannelsWebhook())).status).toBe(404);
  });
});

function change(
  all: Record<string, string>,
  name: string,
  from: string | RegExp,
  to: string | ((...found: string[]) => string),
) {
  return { ...all, [name]: (all[name] ?? '').replace(from, to as string) };
}

function later(_all: string, created: string): string {
  return `=${Number(created) + 1};`;
}

describe('the same again', () => {
  test('the same signed message: 409, for as long as it could count, however it is spelled', async () => {
    expectConsoleError(NEWS);
    moveClock(0);
    await mailed();
    const body = JSON.stringify([bounce()]);
    const headers = await sign(body, Date.now() + minutes(5));
    expect((await post(body, headers)).status).toBe(200);
    const respelled = {
      ...headers,
      signature: (headers.signature ?? '')
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace('sig_1', 'sig_7'),
      'signature-input': (headers['signature-input'] ?? '').replace('created=', 'created=0'),
    };
    for (const again of [headers, respelled]) expect((await post(body, again)).status).toBe(409);
    moveClock(minutes(10) - seconds(1));
    expect((await post(body, headers)).status).toBe(409);
    moveClock(seconds(2));
    expect((await post(body, headers)).status).toBe(401);
    expect(await news()).toHaveLength(1);
  });

  test('the same events, signed anew: taken, and told once', async () => {
    expectConsoleError(NEWS);
    await mailed();
    await tell(bounce(), event('delivered'));
    const before = (await dump()).d1;
    moveClock(seconds(2));
    expect((await tell(bounce(), event('delivered'))).status).toBe(200);
    const after = (await dump()).d1;
    expect([after.activity, after.mails]).toEqual([before.activity, before.mails]);
  });

  test('thirty times at once: taken once, told once', async () => {
    expectConsoleError(NEWS);
    await mailed();
    await tell(event('test'));
    const body = JSON.stringify([bounce(), bounce(), event('delivered')]);
    const headers = await sign(body);
    const answers = await Promise.all(Array.from({ length: 30 }, () => post(body, headers)));
    expect(tally(answers)).toEqual({ 200: 1, 409: 29 });
    expect(await news()).toHaveLength(1);
    expect(await counted()).toBe(2);
  });
});

describe('somebody’s trouble', () => {
  test.each<KeyService>(['has trouble', 'shows a login page', 'drops', 'hangs'])(
    'the key service %s: 503, and a minute later it counts',
    async (trouble) => {
      expectConsoleError(/"what":"verify a webhook"/);
      expectConsoleError(NEWS);
      await mailed();
      keyService(trouble);
      const body = JSON.stringify([bounce()]);
      const headers = await sign(body);
      expect((await withoutWaiting(() => post(body, headers))).status).toBe(503);
      expect(await news()).toEqual([]);
      keyService('answers');
      const asked = keysAsked().length;
      expect((await post(body, headers)).status, 'not asked again at once').toBe(503);
      expect(keysAsked()).toHaveLength(asked);
      moveClock(minutes(1));
      expect((await post(body, headers)).status).toBe(200);
      expect(await news()).toHaveLength(1);
    },
  );

  test('D1 is down: 503; the same message comes again, and counts', async () => {
    const meter = watchBindings();
    machine = visit('app', { ...overTheWire, DB: meter.bindings.DB });
    expectConsoleError(/"what":"request failed".*no such database/);
    expectConsoleError(NEWS);
    await mailed();
    const body = JSON.stringify([bounce()]);
    const headers = await sign(body);
    meter.down.d1 = true;
    expect((await post(body, headers)).status).toBe(503);
    meter.down.d1 = false;
    expect((await post(body, headers)).status).toBe(200);
    expect(await news()).toHaveLength(1);
  });

  test('D1 fails at the last step: neither told nor remembered, and the same message still counts', async () => {
    expectConsoleError(/"what":"request failed"/);
    expectConsoleError(NEWS);
    await mailed();
    await env.DB.prepare(
      "CREATE TRIGGER broken BEFORE UPDATE OF delivered_at ON mails BEGIN SELECT RAISE(ABORT, 'broken'); END",
    ).run();
    const body = JSON.stringify([bounce(), event('delivered')]);
    const headers = await sign(body);
    expect((await post(body, headers)).status).toBeGreaterThanOrEqual(500);
    expect([await news(), await counted()]).toEqual([[], 0]);
    await env.DB.prepare('DROP TRIGGER broken').run();
    expect((await post(body, headers)).status).toBe(200);
    expect([(await news()).length, await counted()]).toEqual([1, 1]);
  });

  test('a key is asked for once, also for many webhooks', async () => {
    await mailed();
    for (let count = 0; count < 5; count += 1) {
      moveClock(seconds(1));
      expect((await tell(event('processed'))).status).toBe(200);
    }
    expect(keysAsked()).toEqual(['mckey']);
  });

  test('made-up key ids: each asked for once, and not more than a few', async () => {
    expectConsoleError(/"what":"verify a webhook"/);
    moveClock(0);
    const statuses: number[] = [];
    for (let count = 0; count < SIGNING_KEYS_IN_VAIN + 5; count += 1) {
      const forge = await signer(`made-up-${count}`, 'secret');
      statuses.push((await post('[]', await forge('[]'))).status);
    }
    expect(new Set(statuses.slice(0, SIGNING_KEYS_IN_VAIN))).toEqual(new Set([401]));
    expect(new Set(statuses.slice(SIGNING_KEYS_IN_VAIN))).toEqual(new Set([503]));
    expect(keysAsked()).toHaveLength(SIGNING_KEYS_IN_VAIN);
    moveClock(minutes(1));
    expect((await tell(event('test'))).status, 'and the real one is asked for again').toBe(200);
  });

  /** As many ids as may be asked for in vain, and some. */
  async function makeUp(round: string): Promise<void> {
    for (let count = 0; count < SIGNING_KEYS_IN_VAIN + 2; count += 1) {
      const forge = await signer(`${round}-${count}`, 'secret');
      await post('[]', await forge('[]'));
    }
  }

  test('made-up key ids keep no key from being asked for again that was there before', async () => {
    expectConsoleError(/"what":"verify a webhook"/);
    moveClock(0);
    expect((await tell(event('test'))).status).toBe(200);
    moveClock(SIGNING_KEY_KEPT);
    await makeUp('first');
    expect((await tell(event('test'))).status, 'whatever else was asked for').toBe(200);
    expect(keysAsked().filter((id) => id === 'mckey')).toHaveLength(2);

    moveClock(SIGNING_KEY_KEPT);
    keyService('has trouble');
    await tell(event('test'));
    keyService('answers');
    moveClock(SIGNING_KEY_MISSED);
    await makeUp('second');
    expect((await tell(event('test'))).status, 'nor after trouble with it').toBe(200);
  });

  test('nor in an isolate that has just begun; KV down: like any made-up one, and no error', async () => {
    expectConsoleError(/"what":"verify a webhook"/);
    moveClock(0);
    expect((await tell(event('test'))).status).toBe(200);
    const known = machine;
    machine = visit('app', { ...overTheWire });
    await makeUp('first');
    expect((await tell(event('news'))).status).toBe(200);
    expect(keysAsked().filter((id) => id === 'mckey')).toHaveLength(2);
    expect((await env.TOKENS.list({ prefix: 'signing-key:' })).keys).toHaveLength(1);

    machine = visit('app', { ...overTheWire });
    await makeUp('second');
    vi.spyOn(env.TOKENS, 'get').mockRejectedValue(new Error('KV is down'));
    vi.spyOn(env.TOKENS, 'put').mockRejectedValue(new Error('KV is down'));
    expect((await tell(event('other'))).status).toBe(503);
    machine = known;
    expect((await tell(event('others'))).status).toBe(200);
    machine = visit('app', { ...overTheWire });
    expect((await tell(event('more'))).status, 'nothing used up').toBe(200);
  });

  test('a key that is withdrawn counts for an hour at most, and is then made up like any', async () => {
    expectConsoleError(/"what":"verify a webhook"/);
    moveClock(0);
    expect((await tell(event('test'))).status).toBe(200);
    withdrawKeys();
    moveClock(SIGNING_KEY_KEPT);
    expect((await tell(event('test'))).status).toBe(401);
    moveClock(SIGNING_KEY_MISSED);
    await makeUp('ids');
    expect((await tell(event('test'))).status).toBe(503);
    expect(keysAsked().filter((id) => id === 'mckey')).toHaveLength(2);
  });

  test('thirty webhooks at the moment when a key is to be asked for again: one asks', async () => {
    moveClock(0);
    expect((await tell(event('test'))).status).toBe(200);
    moveClock(SIGNING_KEY_KEPT);
    const bodies = Array.from({ length: 30 }, (_, nth) => JSON.stringify([event('test', { nth })]));
    const answers = await Promise.all(bodies.map(async (body) => post(body, await sign(body))));
    expect(tally(answers)).toEqual({ 200: 30 });
    expect(keysAsked()).toHaveLength(2);
  });
});

describe('a thousand events at once', () => {
  test('each finds its mail, those of another tenant theirs, in a bounded number of round trips', async () => {
    expectConsoleError(NEWS);
    expectConsoleError(/"what":"events of mails".*998 of 1000 about no mail of ours/);
    const meter = watchBindings();
    machine = visit('app', { ...overTheWire, DB: meter.bindings.DB });
    await mailed('demo', carla);
    await named('demo');
    await mailed('rival', rob);
    await named('rival');
    const strangers = Array.from({ length: 998 }, (_, count) =>
      event('delivered', {
        smtp_id: `<x-${count}@mailchannels.test>`,
        request_id: `x-${count}`,
        timestamp: 1,
      }),
    );
    await tell(event('test'));
    meter.reset();
    const response = await tell(
      ...strangers,
      bounce({ smtp_id: '<demo@mailchannels.test>', request_id: 'demo' }),
      event('dropped', { smtp_id: '<rival@mailchannels.test>', request_id: 'rival' }),
    );
    expect(response.status).toBe(200);
    expect(meter.d1).toBe(2);
    expect(await news()).toMatchObject([
      { kind: 'mail_bounced', contact: carlaAtDemo },
      { kind: 'mail_suppressed', contact: robAtRival },
    ]);
    const other = await visit('app').signInAs(rita);
    expect(await read(other, `/w/rival/contacts/${robAtRival}`)).toContain('held back');
    expect(await read(other, `/w/rival/contacts/${carlaAtRival}`)).not.toMatch(
      /came back|held back/,
    );
    expect((await atTheDesk()).card).toMatch(/came back/);
  });

  /** The double calls every mail the same: from here on, the mails so far are called by a name of their own. */
  async function named(name: string): Promise<void> {
    await env.DB.prepare('UPDATE mails SET provider_id = ?, request_id = ? WHERE request_id = ?')
      .bind(`<${name}@mailchannels.test>`, name, REQUEST)
      .run();
  }
});
