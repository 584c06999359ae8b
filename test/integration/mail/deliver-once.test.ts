import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { watchBindings, withoutQueue } from '../../support/bindings.ts';
import { carla } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import {
  askWhileDown,
  overTheWire,
  passPause,
  REFUSED,
  storedMails,
} from '../../support/delivery.ts';
import { mailService, onTheWire, whenMailed } from '../../support/network.ts';
import { adminPages } from '../../support/page-text.ts';
import { deliverQueued, enqueue, queued } from '../../support/queue.ts';
import { visit } from '../../support/visitor.ts';

describe('an accepted mail is sent once', () => {
  test('the same message ten times, at once and again later: sent once', async () => {
    await askWhileDown('takes it over (202)');
    const [message] = queued();
    for (let copies = 1; copies < 10; copies += 1) enqueue(message?.body);
    const before = onTheWire().length;
    await passPause();
    await passPause();
    moveClock(minutes(2));
    await deliverQueued(overTheWire);
    expect(queued()).toEqual([]);
    expect(onTheWire().length - before).toBe(1);
    expect(await storedMails()).toMatchObject([{ state: 'accepted', tries: 2 }]);
  });

  test('a copy of the message while the mail is being sent: it waits', async () => {
    await askWhileDown();
    moveClock(seconds(15));
    await env.DB.prepare("UPDATE mails SET state = 'sending', tried_at = ?").bind(Date.now()).run();
    expect(await deliverQueued(overTheWire)).toEqual({ acked: 0, retried: 1 });
    expect(await storedMails()).toMatchObject([{ state: 'sending' }]);
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_failed'")).toEqual([]);
  });

  test('a copy of the message, given up after the mail is accepted: still accepted', async () => {
    await askWhileDown('takes it over (202)');
    const [message] = queued();
    await passPause();
    enqueue(message?.body);
    expect(await deliverQueued(overTheWire, 'latchkey-mail-dead')).toEqual({
      acked: 1,
      retried: 0,
    });
    expect(await storedMails()).toMatchObject([{ state: 'accepted' }]);
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_failed'")).toEqual([]);
  });

  test('D1 fails after the mail is accepted: not sent again, and the card says so', async () => {
    const meter = watchBindings();
    const bindings = { ...meter.bindings, MAIL_TRANSPORT: 'mailchannels' };
    await visit('demo', bindings).get('/sign-in');
    expectConsoleError(/"what":"deliver a mail".*no such database/);
    expectConsoleError(/"what":"warn of mail use".*no such database/);
    moveClock(0);
    whenMailed(() => {
      meter.down.d1 = true;
    });
    await visit('demo', bindings).post('/sign-in/link', { email: carla });
    meter.down.d1 = false;
    expect(onTheWire()).toHaveLength(1);
    expect(await storedMails()).toMatchObject([{ state: 'sending', tries: 1 }]);
    while (queued().length > 0) await passPause(bindings);
    expect(onTheWire()).toHaveLength(1);
    expect(await storedMails()).toMatchObject([{ state: 'failed' }]);
    const { card, home } = await adminPages();
    expect(card).toMatch(/Nobody knows whether the sign-in mail left\W+sending was cut off;/);
    expect(home).toContain('Nobody knows whether a sign-in mail left: sending was cut off;');
    expect(card + home).not.toContain('could not be sent');
  });

  test('a Worker that ends while it sends: the card says so', async () => {
    await askWhileDown();
    await env.DB.prepare("UPDATE mails SET state = 'sending'").run();
    expect((await adminPages()).card).not.toContain('Nobody knows');
    moveClock(minutes(2));
    expect((await adminPages()).card).toContain('Nobody knows whether the mail left');
  });
});

describe('a failure of our own', () => {
  test.each(['kv', 'd1'] as const)(
    '%s down in the consumer: retried, and sent once it is back',
    async (which) => {
      await askWhileDown('takes it over (202)');
      const meter = watchBindings();
      const bindings = { ...meter.bindings, MAIL_TRANSPORT: 'mailchannels' };
      expectConsoleError(/"what":"deliver a mail"/);
      meter.down[which] = true;
      expect(await passPause(bindings)).toEqual({ acked: 0, retried: 1 });
      expect(await passPause(bindings)).toEqual({ acked: 0, retried: 1 });
      meter.down[which] = false;
      expect(await passPause(bindings)).toEqual({ acked: 1, retried: 0 });
      expect(await storedMails()).toMatchObject([{ state: 'accepted' }]);
      expect(onTheWire()).toHaveLength(3);
    },
  );

  test('D1 down for good: given up from the dead-letter queue, once D1 is back', async () => {
    await askWhileDown();
    const meter = watchBindings();
    meter.down.d1 = true;
    expectConsoleError(/"what":"give a mail up"/);
    const [message] = queued();
    enqueue(message?.body);
    expect(await deliverQueued(meter.bindings, 'latchkey-mail-dead')).toEqual({
      acked: 0,
      retried: 2,
    });
    meter.down.d1 = false;
    expect(await deliverQueued(meter.bindings, 'latchkey-mail-dead')).toEqual({
      acked: 2,
      retried: 0,
    });
    expect(await storedMails()).toMatchObject([{ state: 'given-up', tries: 1 }]);
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_failed'")).toHaveLength(1);
  });

  test('the queue cannot be reached: failed, and the card says why', async () => {
    expectConsoleError(REFUSED);
    expectConsoleError(/"what":"queue a mail"/);
    mailService('429');
    await visit('demo', withoutQueue(overTheWire)).post('/sign-in/link', { email: carla });
    expect(await storedMails()).toMatchObject([{ state: 'failed', tries: 1 }]);
    expect((await adminPages()).card).toContain(
      'takes no more mail for the moment; it could not be kept for another try',
    );
  });

  test('faulty settings: mails wait in both queues until they are right', async () => {
    await askWhileDown('takes it over (202)');
    expectConsoleError(/^Latchkey is not set up/);
    const broken = { ...overTheWire, SESSION_SECRET: 'short' };
    for (const queue of ['latchkey-mail', 'latchkey-mail-dead']) {
      expect(await deliverQueued(broken, queue)).toEqual({ acked: 0, retried: 1 });
    }
    await passPause();
    expect(await storedMails()).toMatchObject([{ state: 'accepted' }]);
  });
});
