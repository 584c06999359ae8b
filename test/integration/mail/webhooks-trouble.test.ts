import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  SIGNING_KEY_KEPT,
  SIGNING_KEY_MISSED,
  SIGNING_KEYS_IN_VAIN,
} from '../../../worker/mail-services/mailchannels/signing-keys.ts';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, carlaAtRival, rita, rob, robAtRival } from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import type { KeyService } from '../../support/doubles/mailchannels/signing-keys.ts';
import { keyService, keysAsked, signer, withdrawKeys } from '../../support/network.ts';
import { adminPages, pageText } from '../../support/page-text.ts';
import { tally, visit } from '../../support/visitor.ts';
import {
  bounce,
  deliveryActivity,
  event,
  LOGGED,
  mailed,
  postWebhook,
  prepareWebhook,
  REQUEST,
  sendEvents,
  storedWebhooks,
  webhook,
} from '../../support/webhooks.ts';

beforeEach(prepareWebhook);

describe('a webhook during a failure', () => {
  test.each<KeyService>(['has trouble', 'shows a login page', 'drops', 'hangs'])(
    'the key service %s: 503; a minute later 200',
    async (trouble) => {
      expectConsoleError(/"what":"verify a webhook"/);
      expectConsoleError(LOGGED);
      await mailed();
      keyService(trouble);
      const body = JSON.stringify([bounce()]);
      const headers = await webhook.sign(body);
      expect((await withoutWaiting(() => postWebhook(body, headers))).status).toBe(503);
      expect(await deliveryActivity()).toEqual([]);
      keyService('answers');
      const asked = keysAsked().length;
      expect((await postWebhook(body, headers)).status, 'not asked again at once').toBe(503);
      expect(keysAsked()).toHaveLength(asked);
      moveClock(minutes(1));
      expect((await postWebhook(body, headers)).status).toBe(200);
      expect(await deliveryActivity()).toHaveLength(1);
    },
  );

  test('D1 is down: 503; the same message again: 200', async () => {
    const meter = watchBindings();
    webhook.machine = visit('app', { ...webhook.bindings, DB: meter.bindings.DB });
    expectConsoleError(/"what":"request failed".*no such database/);
    expectConsoleError(LOGGED);
    await mailed();
    const body = JSON.stringify([bounce()]);
    const headers = await webhook.sign(body);
    meter.down.d1 = true;
    expect((await postWebhook(body, headers)).status).toBe(503);
    meter.down.d1 = false;
    expect((await postWebhook(body, headers)).status).toBe(200);
    expect(await deliveryActivity()).toHaveLength(1);
  });

  test('D1 fails at the last step: nothing is stored; the same message again: 200', async () => {
    expectConsoleError(/"what":"request failed"/);
    expectConsoleError(LOGGED);
    await mailed();
    await env.DB.prepare(
      "CREATE TRIGGER broken BEFORE UPDATE OF delivered_at ON mails BEGIN SELECT RAISE(ABORT, 'broken'); END",
    ).run();
    const body = JSON.stringify([bounce(), event('delivered')]);
    const headers = await webhook.sign(body);
    expect((await postWebhook(body, headers)).status).toBeGreaterThanOrEqual(500);
    expect([await deliveryActivity(), await storedWebhooks()]).toEqual([[], 0]);
    await env.DB.prepare('DROP TRIGGER broken').run();
    expect((await postWebhook(body, headers)).status).toBe(200);
    expect([(await deliveryActivity()).length, await storedWebhooks()]).toEqual([1, 1]);
  });

  test('many webhooks: the key is requested once', async () => {
    await mailed();
    for (let count = 0; count < 5; count += 1) {
      moveClock(seconds(1));
      expect((await sendEvents(event('processed'))).status).toBe(200);
    }
    expect(keysAsked()).toEqual(['mckey']);
  });

  test('made-up key ids: each is requested once, and at most a few', async () => {
    expectConsoleError(/"what":"verify a webhook"/);
    moveClock(0);
    const statuses: number[] = [];
    for (let count = 0; count < SIGNING_KEYS_IN_VAIN + 5; count += 1) {
      const forge = await signer(`made-up-${count}`, 'secret');
      statuses.push((await postWebhook('[]', await forge('[]'))).status);
    }
    expect(new Set(statuses.slice(0, SIGNING_KEYS_IN_VAIN))).toEqual(new Set([401]));
    expect(new Set(statuses.slice(SIGNING_KEYS_IN_VAIN))).toEqual(new Set([503]));
    expect(keysAsked()).toHaveLength(SIGNING_KEYS_IN_VAIN);
    moveClock(minutes(1));
    expect((await sendEvents(event('test'))).status, 'and the real one is asked for again').toBe(
      200,
    );
  });

  /** As many ids as may be asked for in vain, and some. */
  async function makeUp(round: string): Promise<void> {
    for (let count = 0; count < SIGNING_KEYS_IN_VAIN + 2; count += 1) {
      const forge = await signer(`${round}-${count}`, 'secret');
      await postWebhook('[]', await forge('[]'));
    }
  }

  test('made-up key ids: a key known before is still requested again', async () => {
    expectConsoleError(/"what":"verify a webhook"/);
    moveClock(0);
    expect((await sendEvents(event('test'))).status).toBe(200);
    moveClock(SIGNING_KEY_KEPT);
    await makeUp('first');
    expect((await sendEvents(event('test'))).status, 'whatever else was asked for').toBe(200);
    expect(keysAsked().filter((id) => id === 'mckey')).toHaveLength(2);

    moveClock(SIGNING_KEY_KEPT);
    keyService('has trouble');
    await sendEvents(event('test'));
    keyService('answers');
    moveClock(SIGNING_KEY_MISSED);
    await makeUp('second');
    expect((await sendEvents(event('test'))).status, 'nor after trouble with it').toBe(200);
  });

  test('made-up key ids in a new isolate: the same; with KV down: 503', async () => {
    expectConsoleError(/"what":"verify a webhook"/);
    moveClock(0);
    expect((await sendEvents(event('test'))).status).toBe(200);
    const known = webhook.machine;
    webhook.machine = visit('app', { ...webhook.bindings });
    await makeUp('first');
    expect((await sendEvents(event('news'))).status).toBe(200);
    expect(keysAsked().filter((id) => id === 'mckey')).toHaveLength(2);
    expect((await env.TOKENS.list({ prefix: 'signing-key:' })).keys).toHaveLength(1);

    webhook.machine = visit('app', { ...webhook.bindings });
    await makeUp('second');
    vi.spyOn(env.TOKENS, 'get').mockRejectedValue(new Error('KV is down'));
    vi.spyOn(env.TOKENS, 'put').mockRejectedValue(new Error('KV is down'));
    expect((await sendEvents(event('other'))).status).toBe(503);
    webhook.machine = known;
    expect((await sendEvents(event('others'))).status).toBe(200);
    webhook.machine = visit('app', { ...webhook.bindings });
    expect((await sendEvents(event('more'))).status, 'nothing used up').toBe(200);
  });

  test('a withdrawn key: valid for an hour at most, then like a made-up one', async () => {
    expectConsoleError(/"what":"verify a webhook"/);
    moveClock(0);
    expect((await sendEvents(event('test'))).status).toBe(200);
    withdrawKeys();
    moveClock(SIGNING_KEY_KEPT);
    expect((await sendEvents(event('test'))).status).toBe(401);
    moveClock(SIGNING_KEY_MISSED);
    await makeUp('ids');
    expect((await sendEvents(event('test'))).status).toBe(503);
    expect(keysAsked().filter((id) => id === 'mckey')).toHaveLength(2);
  });

  test('thirty webhooks when the key is to be requested again: one request', async () => {
    moveClock(0);
    expect((await sendEvents(event('test'))).status).toBe(200);
    moveClock(SIGNING_KEY_KEPT);
    const bodies = Array.from({ length: 30 }, (_, nth) => JSON.stringify([event('test', { nth })]));
    const answers = await Promise.all(
      bodies.map(async (body) => postWebhook(body, await webhook.sign(body))),
    );
    expect(tally(answers)).toEqual({ 200: 30 });
    expect(keysAsked()).toHaveLength(2);
  });
});

describe('a thousand events in one webhook', () => {
  test('their mails: all found, at any workspace, in two round trips', async () => {
    expectConsoleError(LOGGED);
    expectConsoleError(/"what":"events of mails".*998 of 1000 about no mail of ours/);
    const meter = watchBindings();
    webhook.machine = visit('app', { ...webhook.bindings, DB: meter.bindings.DB });
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
    await sendEvents(event('test'));
    meter.reset();
    const response = await sendEvents(
      ...strangers,
      bounce({ smtp_id: '<demo@mailchannels.test>', request_id: 'demo' }),
      event('dropped', { smtp_id: '<rival@mailchannels.test>', request_id: 'rival' }),
    );
    expect(response.status).toBe(200);
    expect(meter.d1).toBe(2);
    expect(await deliveryActivity()).toMatchObject([
      { kind: 'mail_bounced', contact: carlaAtDemo },
      { kind: 'mail_suppressed', contact: robAtRival },
    ]);
    const other = await visit('app').signInAs(rita);
    expect(await pageText(other, `/w/rival/contacts/${robAtRival}`)).toContain('held back');
    expect(await pageText(other, `/w/rival/contacts/${carlaAtRival}`)).not.toMatch(
      /came back|held back/,
    );
    expect((await adminPages()).card).toMatch(/came back/);
  });

  /** The double calls every mail the same: from here on, the mails so far are called by a name of their own. */
  async function named(name: string): Promise<void> {
    await env.DB.prepare('UPDATE mails SET provider_id = ?, request_id = ? WHERE request_id = ?')
      .bind(`<${name}@mailchannels.test>`, name, REQUEST)
      .run();
  }
});
