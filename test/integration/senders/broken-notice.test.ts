import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../worker/values/duration.ts';
import { beforeStatement, withoutQueue } from '../../support/bindings.ts';
import { carlaAsks, OK, sendersTo, signInMails } from '../../support/broken-sender.ts';
import { carla, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { domainService, mailService } from '../../support/network.ts';
import { deliverQueued, loseQueued, queued } from '../../support/queue.ts';
import {
  activeSender,
  EMAIL,
  mailsTo,
  recorded,
  runSchedule,
  sender,
  withDomains,
} from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

describe('the notice about a broken sender', () => {
  async function notices() {
    return rows("SELECT state FROM mails WHERE kind = 'sender-broken'");
  }

  /** Replaces the broken sender by another one, which is broken as well. */
  const REPLACE_IT =
    "UPDATE senders SET id = 'other', address = 'hello@other.example', broken_at = 1, broken_by = 'records'";

  test('replaced before it is enqueued: no notice, the other sender is not notified', async () => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', OK);
    const race = beforeStatement(/^update "senders" set "told_at"/, () =>
      env.DB.prepare(REPLACE_IT).run(),
    );
    await visit('demo', { ...withDomains, DB: race.DB }).post('/sign-in/link', { email: carla });
    expect(await notices()).toEqual([]);
    expect(await sender()).toMatchObject({ id: 'other', told_at: null });
  });

  test('replaced while it waits: it is not sent', async () => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', OK);
    await carlaAsks();
    expect(queued()).toMatchObject([{ body: { kind: 'sender-broken' } }]);
    await env.DB.prepare(REPLACE_IT).run();
    await deliverQueued(withDomains);
    expect(mailsTo(olivia)).toEqual([]);
    expect(await notices()).toEqual([{ state: 'dropped' }]);
  });

  test('without the queue: it is sent at once', async () => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    expectConsoleError(/"what":"queue a mail"/);
    mailService('400', OK);
    await visit('demo', withoutQueue(withDomains)).post('/sign-in/link', { email: carla });
    expect(mailsTo(olivia)).toHaveLength(1);
    expect(await notices()).toEqual([{ state: 'accepted' }]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['is refused for good', () => deliverQueued(withDomains)],
    ['never comes out of the queue', async () => loseQueued()],
  ])('%s: another notice leaves a day later, once', async (_what, lose) => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', OK, '401');
    await carlaAsks();
    await lose();
    mailService(OK);
    const before = mailsTo(olivia).length;
    for (let passed = 0; passed < 23; passed += 1) await runSchedule();
    expect(mailsTo(olivia), 'once a day').toHaveLength(before);
    for (let passed = 0; passed < 30; passed += 1) await runSchedule();
    expect(mailsTo(olivia)).toHaveLength(before + 1);
  });

  test('without queue and D1: the other mails of the batch are settled', async () => {
    await activeSender();
    expectConsoleError(/"what":"(mail refused|queue a mail)"/);
    expectConsoleError(/"what":"break a sender"/);
    mailService('429', '400', OK, '429');
    await carlaAsks();
    await env.DB.prepare(
      "CREATE TRIGGER down BEFORE UPDATE ON mails WHEN NEW.kind = 'sender-broken' AND NEW.state = 'failed' BEGIN SELECT RAISE(ABORT, 'down'); END",
    ).run();
    moveClock(seconds(15));
    expect(await deliverQueued(withoutQueue(withDomains))).toEqual({ acked: 1, retried: 0 });
    expect(await signInMails()).toMatchObject([{ state: 'accepted', tries: 2 }]);
  });
});

test('a sender that breaks several times a day: one notice a day', async () => {
  const owner = await activeSender();
  const [key] = domainService.keys;
  for (let times = 0; times < 3; times += 1) {
    await env.DB.prepare("UPDATE senders SET selector = 'lkother'").run();
    await runSchedule();
    await env.DB.prepare('UPDATE senders SET selector = ?').bind(key?.selector).run();
    await runSchedule();
  }
  expect((await recorded()).filter((kind) => kind === 'sender_broken')).toHaveLength(3);
  expect(mailsTo(olivia)).toHaveLength(1);
  for (let passed = 0; passed < 24; passed += 1) await runSchedule();
  await env.DB.prepare("UPDATE senders SET selector = 'lkother'").run();
  await owner.post(`${EMAIL}/check`);
  expect(mailsTo(olivia)).toHaveLength(2);
});

test('a sender that breaks again within the day: one more notice after the day', async () => {
  await activeSender();
  const [key] = domainService.keys;
  const selector = (of: unknown) =>
    env.DB.prepare('UPDATE senders SET selector = ?').bind(of).run();
  await selector('lkother');
  await runSchedule();
  await selector(key?.selector);
  await runSchedule();
  await selector('lkother');
  for (let passed = 0; passed < 22; passed += 1) await runSchedule();
  expect(mailsTo(olivia)).toHaveLength(1);
  for (let passed = 0; passed < 30; passed += 1) await runSchedule();
  expect(mailsTo(olivia)).toHaveLength(2);
});

describe('D1 fails between the break and the notice', () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'by records',
      async () => {
        await env.DB.prepare("UPDATE senders SET selector = 'lkother'").run();
        await runSchedule();
      },
      /"what":"check a sender"/,
    ],
    [
      'by a refusal',
      async () => {
        mailService('400', OK);
        await carlaAsks();
      },
      /"what":"(mail refused|break a sender)"/,
    ],
  ])(
    '%s: the client has one mail, and the owner is notified later, once',
    async (_what, breaks, logged) => {
      await activeSender();
      expectConsoleError(logged);
      await env.DB.prepare(
        "CREATE TRIGGER down BEFORE UPDATE OF told_at ON senders BEGIN SELECT RAISE(ABORT, 'down'); END",
      ).run();
      await breaks();
      expect(await sender()).toMatchObject({ broken_at: expect.any(Number), told_at: null });
      await env.DB.prepare('DROP TRIGGER down').run();
      await deliverQueued(withDomains);
      expect(mailsTo(olivia)).toEqual([]);
      const clients = sendersTo(carla);
      await runSchedule();
      await runSchedule();
      expect(mailsTo(olivia)).toHaveLength(1);
      expect(sendersTo(carla)).toEqual(clients);
    },
  );
});
