import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EARLY_EVENT_PAUSE } from '../../../worker/mail/delivery-events.ts';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, olivia, rob } from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, rows } from '../../support/database.ts';
import { adminPages } from '../../support/page-text.ts';
import { visit } from '../../support/visitor.ts';
import {
  bounce,
  deliveryActivity,
  EVIL,
  event,
  LOGGED,
  MESSAGE,
  mailed,
  prepareWebhook,
  sendEvents,
} from '../../support/webhooks.ts';

type Event = Record<string, unknown>;

beforeEach(prepareWebhook);

describe('an event of a mail', () => {
  test('delivered: its time is stored, and the card says so above "accepted"', async () => {
    await mailed();
    const at = Math.floor(Date.now() / 1000);
    moveClock(seconds(90));
    expect(
      (await sendEvents(event('processed'), event('delivered', { timestamp: at + 30 }))).status,
    ).toBe(200);
    const [mail] = await rows('SELECT delivered_at FROM mails');
    expect(mail).toEqual({ delivered_at: seconds(at + 30) });
    expect(await deliveryActivity()).toEqual([]);
    expect((await adminPages()).card).toMatch(
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
  ])(
    '%s %j: shown on the card, and Home says what to do',
    async (what, more, onTheCard, atHome) => {
      expectConsoleError(LOGGED);
      await mailed();
      expect((await sendEvents(event(what, more))).status).toBe(200);
      const { card, home, activity } = await adminPages();
      expect(card).toMatch(onTheCard);
      expect(home).toMatch(atHome);
      expect(activity).toMatch(onTheCard);
      expect(card + home + activity, 'nothing of the upstream').not.toMatch(
        /alert|gnorw|\u202e|nested/,
      );
      expect(JSON.stringify((await dump()).d1)).not.toMatch(/alert|gnorw/);
    },
  );

  test.each(['processed', 'open', 'click', 'unsubscribed', 'test', 'invented'])(
    '%s: 200, and nothing is stored',
    async (what) => {
      await mailed();
      const before = await dump();
      expect((await sendEvents(event(what))).status).toBe(200);
      const { tries, ...after } = (await dump()).d1;
      const ofWebhooks = (tries ?? []).filter(({ key }) => String(key).startsWith('webhook/'));
      expect(ofWebhooks).toHaveLength(1);
      expect({ ...after, tries: [] }).toEqual({ ...before.d1, tries: [] });
    },
  );

  test.each<[string, Event]>([
    ['its Message-ID alone', { request_id: undefined }],
    ['the same without angle brackets', { request_id: undefined, smtp_id: MESSAGE.slice(1, -1) }],
    ['the request alone', { smtp_id: undefined }],
    ['the request, and a Message-ID that nobody knows', { smtp_id: '<other@mailchannels.test>' }],
  ])('with %s: the mail is found', async (_by, ids) => {
    await mailed();
    await sendEvents(event('delivered', ids));
    expect(await rows('SELECT 1 FROM mails WHERE delivered_at IS NOT NULL')).toHaveLength(1);
  });

  test('about a member’s mail: the time is stored, and no card shows it', async () => {
    expectConsoleError(LOGGED);
    await mailed('app', olivia);
    await sendEvents(event('delivered'), bounce());
    expect(
      await rows('SELECT delivered_at IS NULL AS lost, member_id IS NULL AS nobodys FROM mails'),
    ).toEqual([{ lost: 0, nobodys: 0 }]);
    expect(await deliveryActivity()).toEqual([]);
  });

  test('about a deleted contact: 200, and of no mail of ours', async () => {
    expectConsoleError(/1 of 1 about no mail of ours/);
    await mailed();
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`);
    expect((await withoutWaiting(() => sendEvents(bounce()))).status).toBe(200);
    expect(await deliveryActivity()).toEqual([]);
  });

  test('from the future or before the mail left: stored as now or as when it left', async () => {
    expectConsoleError(LOGGED);
    await mailed();
    const [left] = await rows('SELECT settled_at AS at FROM mails');
    moveClock(minutes(1));
    const now = Date.now();
    const far = Math.floor(now / 1000) + 86_400;
    await sendEvents(event('delivered', { timestamp: far }), bounce({ timestamp: 1 }));
    expect(await rows('SELECT delivered_at FROM mails')).toEqual([{ delivered_at: now }]);
    expect(await rows("SELECT at FROM activity WHERE kind = 'mail_bounced'")).toEqual([left]);
  });

  test.each([1e308, -1e308, 2 ** 53, -0.5, 1e-300, 'half a second later'])(
    'at the time %s: stored as a possible whole number, and shown',
    async (time) => {
      expectConsoleError(LOGGED);
      await mailed();
      moveClock(minutes(1));
      const timestamp = typeof time === 'number' ? time : Math.floor(Date.now() / 1000) - 30.1237;
      expect(
        (await sendEvents(event('delivered', { timestamp }), bounce({ timestamp }))).status,
      ).toBe(200);
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
      expect((await adminPages()).card).toContain('came back');
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
    expect((await sendEvents(nobodys)).status).toBe(200);
    expect(await deliveryActivity()).toEqual([]);
    expect(await rows('SELECT * FROM mails ORDER BY id')).toEqual(before);
  });

  test('before the mail is stored as accepted: looked up again, and found', async () => {
    await mailed();
    await sendEvents(event('test')); // so that no key is waited for
    await env.DB.prepare('UPDATE mails SET provider_id = NULL, request_id = NULL').run();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sent = sendEvents(event('delivered'));
    await vi.waitFor(() => expect(vi.getTimerCount(), 'it pauses').toBe(1), { interval: 5 });
    await env.DB.prepare('UPDATE mails SET provider_id = ?').bind(MESSAGE).run();
    await vi.advanceTimersByTimeAsync(EARLY_EVENT_PAUSE);
    expect((await sent).status).toBe(200);
    expect(await rows('SELECT 1 FROM mails WHERE delivered_at IS NOT NULL')).toHaveLength(1);
  });

  test('about no mail, and over a minute old: answered without a pause', async () => {
    expectConsoleError(/1 of 1 about no mail of ours/);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const old = Math.floor(Date.now() / 1000) - 61;
    expect((await sendEvents(event('delivered', { timestamp: old }))).status).toBe(200);
  });
});

test('words of a mail server: logged without markup, addresses and bidi marks', async () => {
  expectConsoleError(
    /"event of a mail".*"error":"[\w-]{36}: hard-bounced 5\.1\.1 550 5\.1\.1 alert\(1\) gnorw for …@…"/,
  );
  await mailed();
  await sendEvents(bounce());
});

describe('a mail that came back, on Home', () => {
  beforeEach(async () => {
    expectConsoleError(LOGGED);
    await mailed();
    await sendEvents(bounce());
    await env.DB.prepare('UPDATE mails SET provider_id = NULL, request_id = NULL').run();
    moveClock(minutes(11));
  });

  test('another link request: still shown', async () => {
    await mailed();
    moveClock(minutes(11));
    expect((await adminPages()).home).toContain('Is the address right?');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['the contact signs in', () => visit('demo').signInAs(carla)],
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
        await sendEvents(event('delivered'));
      },
    ],
  ])('once %s: no longer shown', async (_what, happens) => {
    expect((await adminPages()).home).toContain('Is the address right?');
    await happens();
    expect((await adminPages()).home).not.toContain('Is the address right?');
  });
});
