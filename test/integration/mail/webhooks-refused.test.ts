import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import * as paths from '../../../ui/paths.ts';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump } from '../../support/database.ts';
import { keysAsked, signer } from '../../support/network.ts';
import { tally, visit } from '../../support/visitor.ts';
import {
  ACCOUNT,
  bounce,
  deliveryActivity,
  event,
  LOGGED,
  mailed,
  postWebhook,
  prepareWebhook,
  sendEvents,
  storedWebhooks,
  webhook,
} from '../../support/webhooks.ts';

beforeEach(prepareWebhook);

describe('a webhook that is refused without any change', () => {
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

  test('without a signature: 401, and no key is requested', async () => {
    await expectRefused(401, () => postWebhook(body(), {}));
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
  ])('%s: 401, and no key is requested', async (_what, forge) => {
    await expectRefused(401, async () => postWebhook(body(), forge(await webhook.sign(body()))));
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
    await expectRefused(401, async () => postWebhook(body(), forge(await webhook.sign(body()))));
  });

  test('the body changed by one letter, or cut: 401, and no key is requested', async () => {
    await expectRefused(401, async () =>
      postWebhook(body().replace('hard', 'soft'), await webhook.sign(body())),
    );
    await expectRefused(401, async () =>
      postWebhook(body().slice(0, -1), await webhook.sign(body())),
    );
    expect(keysAsked()).toEqual([]);
  });

  test('signed by a wrong key under the right id, or by an unknown key: 401', async () => {
    const impostor = await signer('mckey', 'secret');
    await expectRefused(401, async () => postWebhook(body(), await impostor(body())));
    const stranger = await signer('stranger', 'secret');
    await expectRefused(401, async () => postWebhook(body(), await stranger(body())));
  });

  test.each([
    ['too old', -minutes(5) - seconds(2)],
    ['from a future', minutes(5) + seconds(2)],
  ])('%s: 401, and no key is requested', async (_when, away) => {
    moveClock(0);
    await expectRefused(401, async () =>
      postWebhook(body(), await webhook.sign(body(), Date.now() + away)),
    );
    expect(keysAsked()).toEqual([]);
  });

  test.each([
    ['another customer’s account', { customer_handle: 'mallory' }],
    ['the account in other letters', { customer_handle: ACCOUNT.toUpperCase() }],
    ['no account', { customer_handle: undefined }],
  ])('valid signature, %s: 200, and no event is stored', async (_whose, more) => {
    await expectRefused(200, () => sendEvents(bounce(more), event('delivered', more)));
  });

  test.each([
    ['10,000 events', 413, JSON.stringify(Array(10_000).fill({ event: 'delivered' }))],
    ['no list', 400, '{"event":"delivered"}'],
    ['HTML', 400, '<!doctype html><h1>Bad gateway</h1>'],
    ['nothing', 401, ''],
  ])('valid signature, %s: %i', async (_what, status, payload) => {
    await expectRefused(status, async () => postWebhook(payload, await webhook.sign(payload)));
  });

  test('1 MB: 413 before anything is verified', async () => {
    const payload = JSON.stringify([{ ...bounce(), reason: 'x'.repeat(1024 * 1024) }]);
    await expectRefused(413, async () => postWebhook(payload, await webhook.sign(payload)));
    expect(keysAsked()).toEqual([]);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'as %s: 415',
    async (type) => {
      await expectRefused(415, async () =>
        postWebhook(body(), { ...(await webhook.sign(body())), 'content-type': type }),
      );
    },
  );

  test('by GET: 405', async () => {
    const response = await webhook.machine.get(paths.mailchannelsWebhook());
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('over a hundred from one address: 429', async () => {
    const answers = [];
    for (let count = 0; count < 130; count += 1) answers.push(await postWebhook('[]', {}));
    expect(tally(answers)[429]).toBeGreaterThan(0);
  });

  test.each<[string, Partial<Env>]>([
    ['the outbox', { MAIL_TRANSPORT: 'outbox' }],
    ['Cloudflare', { MAIL_TRANSPORT: 'cloudflare' }],
    ['an account that is not set', { MAILCHANNELS_ACCOUNT: '' }],
  ])('where mail goes by %s: 404 in plain words', async (_what, settings) => {
    const there = visit('app', { ...webhook.bindings, ...settings });
    for (const response of [
      await postWebhook(body(), await webhook.sign(body()), there),
      await there.get(paths.mailchannelsWebhook()),
    ]) {
      expect([response.status, await response.text()]).toEqual([404, 'Not found\n']);
    }
  });

  test('on the host of a portal: 403 for POST, 404 for GET', async () => {
    const there = visit('demo', webhook.bindings);
    expect((await postWebhook(body(), await webhook.sign(body()), there)).status).toBe(403);
    expect((await there.get(paths.mailchannelsWebhook())).status).toBe(404);
  });
});

describe('a webhook that is repeated', () => {
  test('the same signature, in any spelling: 409 for as long as it is valid', async () => {
    expectConsoleError(LOGGED);
    moveClock(0);
    await mailed();
    const body = JSON.stringify([bounce()]);
    const headers = await webhook.sign(body, Date.now() + minutes(5));
    expect((await postWebhook(body, headers)).status).toBe(200);
    const respelled = {
      ...headers,
      signature: (headers.signature ?? '')
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace('sig_1', 'sig_7'),
      'signature-input': (headers['signature-input'] ?? '').replace('created=', 'created=0'),
    };
    for (const again of [headers, respelled])
      expect((await postWebhook(body, again)).status).toBe(409);
    moveClock(minutes(10) - seconds(1));
    expect((await postWebhook(body, headers)).status).toBe(409);
    moveClock(seconds(2));
    expect((await postWebhook(body, headers)).status).toBe(401);
    expect(await deliveryActivity()).toHaveLength(1);
  });

  test('the same events with a new signature: 200, and recorded once', async () => {
    expectConsoleError(LOGGED);
    await mailed();
    await sendEvents(bounce(), event('delivered'));
    const before = (await dump()).d1;
    moveClock(seconds(2));
    expect((await sendEvents(bounce(), event('delivered'))).status).toBe(200);
    const after = (await dump()).d1;
    expect([after.activity, after.mails]).toEqual([before.activity, before.mails]);
  });

  test('thirty times at once: accepted once, recorded once', async () => {
    expectConsoleError(LOGGED);
    await mailed();
    await sendEvents(event('test'));
    const body = JSON.stringify([bounce(), bounce(), event('delivered')]);
    const headers = await webhook.sign(body);
    const answers = await Promise.all(Array.from({ length: 30 }, () => postWebhook(body, headers)));
    expect(tally(answers)).toEqual({ 200: 1, 409: 29 });
    expect(await deliveryActivity()).toHaveLength(1);
    expect(await storedWebhooks()).toBe(2);
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
