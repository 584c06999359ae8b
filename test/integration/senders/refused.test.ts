import { describe, expect, test } from 'vitest';
import { seconds } from '../../../worker/values/duration.ts';
import { carlaAsks, OK, sendersTo, signInMails } from '../../support/broken-sender.ts';
import { carla, olivia } from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import type { Behaviour } from '../../support/doubles/mailchannels/send.ts';
import { mailService, onTheWire, whenMailed } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import {
  activeSender,
  EMAIL,
  HELLO,
  mailsTo,
  PLATFORM,
  recorded,
  runSchedule,
  sender,
  withDomains,
} from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

describe('the mail service refuses a mail from the own address', () => {
  test.each<Behaviour>(['400', '401', '403', '413', 'says failed inside a 200'])(
    '%s: the mail leaves from the platform at once, the owner is notified',
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

  test('and the second try is lost: tried again, from the own address first', async () => {
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
