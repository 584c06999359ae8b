import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../worker/values/duration.ts';
import { beforeStatement, withoutQueue } from '../../support/bindings.ts';
import { carla, olivia } from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import type { Behaviour } from '../../support/doubles/mailchannels/send.ts';
import { domainService, mailService, onTheWire, whenMailed } from '../../support/network.ts';
import { deliverQueued, loseQueued, queued } from '../../support/queue.ts';
import {
  activeSender,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
  nextSender,
  PLATFORM,
  recorded,
  runSchedule,
  STUDIO,
  sender,
  withDomains,
} from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

const OK: Behaviour = 'takes it over (202)';

async function carlaAsks(): Promise<void> {
  await withoutWaiting(() => visit('demo', withDomains).post('/sign-in/link', { email: carla }));
}

/** From which address each mail on the wire came. */
function sendersTo(address: string): (string | undefined)[] {
  return mailsTo(address).map(({ body }) => body.from.email);
}

async function signInMails() {
  return rows('SELECT state, tries, reason FROM mails WHERE contact_id IS NOT NULL');
}

describe('the mail service refuses a mail from the own address', () => {
  test.each<Behaviour>(['400', '401', '403', '413', 'says failed inside a 200'])(
    '%s: the mail leaves from the platform at once; the sender breaks, its owner is notified',
    async (behaviour) => {
      await activeSender();
      expectConsoleError(/"what":"mail refused".*from the own address/);
      mailService(behaviour, OK);
      const before = onTheWire().length;
      await carlaAsks();
      expect(sendersTo(carla)).toEqual([HELLO, PLATFORM]);
      const [own, instead] = mailsTo(carla);
      expect(instead?.body.reply_to).toEqual({ email: HELLO });
      expect(JSON.stringify(instead?.body)).not.toContain('dkim');
      expect(instead?.body.content, 'one link, whichever arrives').toEqual(own?.body.content);
      expect((await signInMails())[0]).toMatchObject({ state: 'accepted', tries: 1, reason: '' });

      expect(await sender()).toMatchObject({ broken_by: 'refusal' });
      expect((await recorded()).at(-1)).toBe('sender_broken');
      await deliverQueued(withDomains);
      expect(queued()).toEqual([]);
      const notices = onTheWire().slice(before + 2);
      expect(notices).toMatchObject([
        {
          body: {
            subject: `Mail no longer leaves from ${HELLO}`,
            from: { email: PLATFORM },
            personalizations: [{ to: [{ email: olivia }] }],
          },
        },
      ]);
      await carlaAsks();
      expect(sendersTo(carla).slice(2), 'from then on').toEqual([PLATFORM]);
    },
  );

  test.each<Behaviour>(['429', '500 with HTML', 'hangs', 'drops the connection', 'half an answer'])(
    '%s: no refusal of the sender; the mail waits, and arrives from the own address',
    async (behaviour) => {
      await activeSender();
      expectConsoleError(/"what":"mail refused"/);
      mailService(behaviour, behaviour, OK);
      if (behaviour === '429' || behaviour === 'half an answer') mailService(behaviour, OK);
      await carlaAsks();
      expect(new Set(sendersTo(carla))).toEqual(new Set([HELLO]));
      expect(await sender()).toMatchObject({ broken_at: null });
      moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
      await deliverQueued(withDomains);
      expect(sendersTo(carla).at(-1)).toBe(HELLO);
      expect(await signInMails()).toMatchObject([{ state: 'accepted', tries: 2 }]);
    },
  );

  test.each<Behaviour>(['429', '500 with HTML', 'hangs', 'drops the connection', 'half an answer'])(
    '%s at each try: the third leaves from the platform, and the sender stays active',
    async (behaviour) => {
      await activeSender();
      expectConsoleError(/"what":"mail refused"/);
      whenMailed(() => {
        const isOwn = onTheWire().at(-1)?.body.from.email === HELLO;
        mailService(isOwn ? behaviour : OK);
      });
      const asked = Date.now();
      await carlaAsks();
      while (queued().length > 0) {
        moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
        await withoutWaiting(() => deliverQueued(withDomains));
      }
      expect(sendersTo(carla).filter((from) => from === PLATFORM)).toHaveLength(1);
      expect(mailsTo(carla).at(-1)?.body).toMatchObject({
        from: { email: PLATFORM },
        reply_to: { email: HELLO },
      });
      expect(await signInMails()).toMatchObject([{ state: 'accepted', tries: 3 }]);
      expect(Date.now() - asked, 'somebody waits').toBeLessThan(seconds(60));
      expect(await sender()).toMatchObject({ broken_at: null });
    },
  );

  test('and from the platform’s too: the sender stays active', async () => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('401');
    await carlaAsks();
    expect(sendersTo(carla)).toEqual([HELLO, PLATFORM]);
    expect(await sender()).toMatchObject({ broken_at: null });
    expect(await signInMails()).toMatchObject([
      {
        state: 'failed',
        tries: 1,
        reason: 'sender-refused',
      },
    ]);
    expect([...queued(), ...mailsTo(olivia)]).toEqual([]);
  });

  test('and the second try is lost: tried again, from the own address first, never two mails', async () => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', '429', '400', OK);
    await carlaAsks();
    expect(queued()).toHaveLength(1);
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(withDomains);
    expect(sendersTo(carla)).toEqual([HELLO, PLATFORM, HELLO, PLATFORM]);
    expect(await signInMails()).toMatchObject([{ state: 'accepted', tries: 2 }]);
    expect(await sender(), 'found out in the queue').toMatchObject({ broken_by: 'refusal' });
    await deliverQueued(withDomains);
    expect(mailsTo(olivia)).toHaveLength(1);
  });

  test('and the notice fails: it waits in the queue like any mail', async () => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', OK, '429', OK);
    await carlaAsks();
    await deliverQueued(withDomains);
    expect(queued()).toMatchObject([{ body: { kind: 'sender-broken' }, delaySeconds: 15 }]);
    moveClock(seconds(15));
    await deliverQueued(withDomains);
    expect(mailsTo(olivia)).toHaveLength(2);
    const [notice] = await rows("SELECT state FROM mails WHERE kind = 'sender-broken'");
    expect(notice).toEqual({ state: 'accepted' });
  });

  test('the sender: restored by a person’s check, and not by the schedule', async () => {
    const owner = await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', OK);
    await carlaAsks();
    await runSchedule();
    await runSchedule();
    expect(await sender()).toMatchObject({ broken_by: 'refusal' });
    await owner.post(`${EMAIL}/check`);
    expect(await sender()).toMatchObject({ broken_at: null, broken_by: null });
    await carlaAsks();
    expect(sendersTo(carla).at(-1)).toBe(HELLO);
  });

  test('four requests at once: one mail each, broken once, notified once', async () => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    whenMailed(() => {
      const isOwn = onTheWire().at(-1)?.body.from.email === HELLO;
      mailService(isOwn ? '400' : OK);
    });
    await Promise.all(
      Array.from({ length: 4 }, () =>
        visit('demo', withDomains).post('/sign-in/link', { email: carla }),
      ),
    );
    expect(await signInMails()).toMatchObject(Array(4).fill({ state: 'accepted' }));
    const broken = await rows("SELECT 1 FROM activity WHERE kind = 'sender_broken'");
    expect(broken).toHaveLength(1);
    await deliverQueued(withDomains);
    expect(mailsTo(olivia)).toHaveLength(1);
  });
});

describe('the notice about a broken sender', () => {
  async function notices() {
    return rows("SELECT state FROM mails WHERE kind = 'sender-broken'");
  }

  /** Replaces the broken sender by another one, which is broken as well. */
  const REPLACE_IT =
    "UPDATE senders SET id = 'other', address = 'hello@other.example', broken_at = 1, broken_by = 'records'";

  test('replaced before it is enqueued: no notice, and the other sender counts as not notified', async () => {
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

test('a deployment without domains any more: mail leaves from the platform', async () => {
  await activeSender();
  for (const changed of [{ MAILCHANNELS_ACCOUNT: '' }, { MAIL_TRANSPORT: 'outbox' }]) {
    const bindings = { ...withDomains, ...changed };
    const asked = await visit('demo', bindings)
      .ask(carla)
      .catch(() => undefined);
    const from = asked?.from.email ?? onTheWire().at(-1)?.body.from.email;
    expect(from).toBe(PLATFORM);
  }
});

test('the sender of another workspace: no mail of this one leaves from it', async () => {
  await activeSender();
  await visit('rival', withDomains).post('/sign-in/link', { email: 'client@rival.test' });
  expect(sendersTo('client@rival.test')).toEqual([PLATFORM]);
  expect(JSON.stringify(mailsTo('client@rival.test'))).not.toContain(STUDIO);
});

test('mails to members: from Latchkey’s own sender', async () => {
  const owner = await activeSender();
  await owner.post('/account/password', { password: 'seven quiet herons over the canal' });
  await visit('app', withDomains).post('/sign-in/link', { email: olivia });
  expect(sendersTo(olivia)).toEqual([PLATFORM, PLATFORM]);
});

test('the same address again, current or next: nothing changes', async () => {
  const owner = await activeSender();
  const before = await sender();
  await owner.post(EMAIL, { email: `Hello@${STUDIO.toUpperCase()}` });
  expect(await sender()).toEqual(before);
  expect(mailsTo(HELLO)).toHaveLength(1);
  const other = `other@${STUDIO}.test`;
  await enter(owner, other);
  const [current, next] = [await sender(), await nextSender()];
  expect(next).toMatchObject({ address: other, verified_at: null });
  await owner.post(EMAIL, { email: other.toUpperCase() });
  await owner.post(EMAIL, { email: HELLO });
  expect([await sender(), await nextSender()]).toEqual([current, next]);
  expect(mailsTo(other)).toHaveLength(1);
});
