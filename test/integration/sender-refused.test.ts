import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../worker/values/duration.ts';
import { beforeStatement, withoutQueue } from '../support/bindings.ts';
import { carla, olivia } from '../support/cast.ts';
import { moveClock, withoutWaiting } from '../support/clock.ts';
import { expectConsoleError } from '../support/console-errors.ts';
import { rows } from '../support/database.ts';
import type { Behaviour } from '../support/doubles/mailchannels/send.ts';
import { domainService, mailService, onTheWire, whenMailed } from '../support/network.ts';
import { deliverQueued, loseQueued, queued } from '../support/queue.ts';
import {
  activeSender,
  EMAIL,
  enter,
  guard,
  HELLO,
  mailsTo,
  nextSender,
  PLATFORM,
  recorded,
  STUDIO,
  sender,
  withDomains,
} from '../support/senders.ts';
import { visit } from '../support/visitor.ts';

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
    '%s: the same mail leaves from the platform at once, once; the sender is broken, its owner told',
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
    '%s is no refusal of the sender: it waits, and arrives from the own address',
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
    '%s for as long as it comes from there: the third try leaves from the platform, and breaks nothing',
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

  test('and from the platform’s too: it was not the sender, who stays', async () => {
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

  test('and the second is lost on the way: tried again, from the own address first, never two', async () => {
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

  test('the notice fails at first: it waits in the queue like any mail', async () => {
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

  test('the schedule does not bring it back, a check that a person asks for does', async () => {
    const owner = await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', OK);
    await carlaAsks();
    await guard();
    await guard();
    expect(await sender()).toMatchObject({ broken_by: 'refusal' });
    await owner.post(`${EMAIL}/check`);
    expect(await sender()).toMatchObject({ broken_at: null, broken_by: null });
    await carlaAsks();
    expect(sendersTo(carla).at(-1)).toBe(HELLO);
  });

  test('four askings at once: each gets one mail, it breaks once, and the owner is told once', async () => {
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

describe('the notice that it is broken', () => {
  async function notices() {
    return rows("SELECT state FROM mails WHERE kind = 'sender-broken'");
  }

  /** Another address is in the place of the one that broke, and broke as well. */
  const TAKE_ITS_PLACE =
    "UPDATE senders SET id = 'other', address = 'hello@other.example', broken_at = 1, broken_by = 'records'";

  test('another takes the place before it is ordered: nobody is told of the first, or counts as told of the other', async () => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', OK);
    const there = beforeStatement(/^update "senders" set "told_at"/, () =>
      env.DB.prepare(TAKE_ITS_PLACE).run(),
    );
    await visit('demo', { ...withDomains, DB: there.DB }).post('/sign-in/link', { email: carla });
    expect(await notices()).toEqual([]);
    expect(await sender()).toMatchObject({ id: 'other', told_at: null });
  });

  test('another takes the place while it waits: it is not sent', async () => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', OK);
    await carlaAsks();
    expect(queued()).toMatchObject([{ body: { kind: 'sender-broken' } }]);
    await env.DB.prepare(TAKE_ITS_PLACE).run();
    await deliverQueued(withDomains);
    expect(mailsTo(olivia)).toEqual([]);
    expect(await notices()).toEqual([{ state: 'dropped' }]);
  });

  test('the queue cannot be reached: it is sent at once', async () => {
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
  ])('%s: another one leaves a day later, once', async (_what, lose) => {
    await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', OK, '401');
    await carlaAsks();
    await lose();
    mailService(OK);
    const before = mailsTo(olivia).length;
    for (let passed = 0; passed < 23; passed += 1) await guard();
    expect(mailsTo(olivia), 'once a day').toHaveLength(before);
    for (let passed = 0; passed < 30; passed += 1) await guard();
    expect(mailsTo(olivia)).toHaveLength(before + 1);
  });

  test('neither queue nor records take it up: the mails that came with it are settled all the same', async () => {
    await activeSender();
    expectConsoleError(/"what":"(mail refused|queue a mail)"/);
    expectConsoleError(/"what":"send a notice"/);
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

test('the owner is mailed once a day, however often it breaks', async () => {
  const owner = await activeSender();
  const [key] = domainService.keys;
  for (let times = 0; times < 3; times += 1) {
    await env.DB.prepare("UPDATE senders SET selector = 'lkother'").run();
    await guard();
    await env.DB.prepare('UPDATE senders SET selector = ?').bind(key?.selector).run();
    await guard();
  }
  expect((await recorded()).filter((kind) => kind === 'sender_broken')).toHaveLength(3);
  expect(mailsTo(olivia)).toHaveLength(1);
  for (let passed = 0; passed < 24; passed += 1) await guard();
  await env.DB.prepare("UPDATE senders SET selector = 'lkother'").run();
  await owner.post(`${EMAIL}/check`);
  expect(mailsTo(olivia)).toHaveLength(2);
});

test('it breaks again within the day, and stays broken: told when the day is over, once', async () => {
  await activeSender();
  const [key] = domainService.keys;
  const selector = (of: unknown) =>
    env.DB.prepare('UPDATE senders SET selector = ?').bind(of).run();
  await selector('lkother');
  await guard();
  await selector(key?.selector);
  await guard();
  await selector('lkother');
  for (let passed = 0; passed < 22; passed += 1) await guard();
  expect(mailsTo(olivia)).toHaveLength(1);
  for (let passed = 0; passed < 30; passed += 1) await guard();
  expect(mailsTo(olivia)).toHaveLength(2);
});

describe('D1 fails between the breaking and the order of the notice', () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'by records',
      async () => {
        await env.DB.prepare("UPDATE senders SET selector = 'lkother'").run();
        await guard();
      },
      /"what":"guard a sender"/,
    ],
    [
      'by a refusal',
      async () => {
        mailService('400', OK);
        await carlaAsks();
      },
      /"what":"(mail refused|deliver a mail)"/,
    ],
  ])(
    '%s: the client has one mail, and the owner is told later, once',
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
      await guard();
      await guard();
      expect(mailsTo(olivia)).toHaveLength(1);
      expect(sendersTo(carla)).toEqual(clients);
    },
  );
});

test('a deployment that stops looking after domains stops sending from them', async () => {
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

test('a workspace’s sender is nobody else’s', async () => {
  await activeSender();
  await visit('rival', withDomains).post('/sign-in/link', { email: 'client@rival.test' });
  expect(sendersTo('client@rival.test')).toEqual([PLATFORM]);
  expect(JSON.stringify(mailsTo('client@rival.test'))).not.toContain(STUDIO);
});

test('mails to members speak for Latchkey, from its own sender', async () => {
  const owner = await activeSender();
  await owner.post('/account/password', { password: 'seven quiet herons over the canal' });
  await visit('app', withDomains).post('/sign-in/link', { email: olivia });
  expect(sendersTo(olivia)).toEqual([PLATFORM, PLATFORM]);
});

test('the same address again changes nothing, as the current one or as the next', async () => {
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
