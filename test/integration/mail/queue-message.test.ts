import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../worker/values/duration.ts';
import { carla } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import {
  askWhileDown,
  lastMail,
  overTheWire,
  passPause,
  storedMails,
} from '../../support/delivery.ts';
import { textOf } from '../../support/doubles/mailchannels/send.ts';
import { codeIn, linkIn, type Mail } from '../../support/mail.ts';
import { onTheWire } from '../../support/network.ts';
import { deliverQueued, enqueue, loseQueued, queued } from '../../support/queue.ts';

describe('the message in the queue', () => {
  test('its body: no token, code, verifier, address or secret', async () => {
    const browser = await askWhileDown('takes it over (202)');
    const message = JSON.stringify(queued()[0]?.body);
    const { vfr } = decodeJwt(browser.cookies.get('__Host-asking') ?? '');
    await passPause();
    const mail = lastMail();
    const tokens = onTheWire().map((each) =>
      linkIn({ text: textOf(each) } as Mail)
        .split('/')
        .at(-1),
    );
    expect(new Set(tokens).size, 'each try has a link of its own').toBe(2);
    for (const secret of [
      ...tokens,
      codeIn(mail),
      vfr,
      carla,
      env.SESSION_SECRET,
      env.PASSWORD_PEPPER,
      env.MAILCHANNELS_API_KEY,
    ]) {
      expect(message).not.toContain(String(secret));
    }
    expect(Object.keys(JSON.parse(message)).toSorted()).toEqual([
      'at',
      'client',
      'kind',
      'link',
      'mail',
    ]);
  });

  test('after a deploy: another isolate sends the mail', async () => {
    await askWhileDown('takes it over (202)');
    moveClock(seconds(15));
    await deliverQueued({ ...overTheWire });
    expect(await storedMails()).toMatchObject([{ state: 'accepted' }]);
  });

  test('written by the version before: sent, with device and location', async () => {
    await askWhileDown('takes it over (202)');
    const { client: _client, ...job } = JSON.parse(JSON.stringify(queued()[0]?.body));
    loseQueued();
    enqueue({ ...job, seen: { device: 'Opera on Plan 9', place: 'Lisbon, PT' } });
    moveClock(seconds(15));
    await deliverQueued(overTheWire);
    expect(await storedMails()).toMatchObject([{ state: 'accepted' }]);
    expect(textOf(onTheWire().at(-1))).toContain('Asked from Opera on Plan 9, Lisbon, PT, on');
  });

  // hackathon-starter#1326, by way of the queue
  test.each<[string, (job: Record<string, unknown>) => unknown]>([
    ['a host', (job) => ({ ...job, origin: 'http://evil.test', host: 'evil.test' })],
    ['a recipient', (job) => ({ ...job, to: 'thief@evil.test', address: 'thief@evil.test' })],
    [
      'a realm',
      (job) => ({
        ...job,
        door: { kind: 'portal', workspace: 'x', origin: 'http://evil.test' },
      }),
    ],
  ])('with %s in it: links and recipients are the stored ones', async (_what, forge) => {
    await askWhileDown('takes it over (202)');
    const forged = forge(JSON.parse(JSON.stringify(queued()[0]?.body)));
    await passPause();
    await env.DB.prepare("UPDATE mails SET state = 'waiting'").run();
    enqueue(forged);
    await deliverQueued(overTheWire);
    const sent = onTheWire();
    expect(sent).toHaveLength(4);
    expect(JSON.stringify(sent)).not.toContain('evil');
    for (const mail of sent) {
      expect(mail.body.personalizations).toEqual([{ to: [{ email: carla }] }]);
      const link = linkIn({ text: textOf(mail) } as Mail);
      expect(new URL(link).origin).toBe('http://demo.portal.localhost');
    }
  });

  test.each([null, 'text', 7, {}, { kind: 'sign-in' }, { kind: 'other', mail: 'x' }, []])(
    'not one of ours (%j): logged and removed from both queues',
    async (body) => {
      expectConsoleError(/"what":"read a message of the queue".*is no job/);
      for (const queue of ['latchkey-mail', 'latchkey-mail-dead']) {
        enqueue(body);
        expect(await deliverQueued(env, queue)).toEqual({ acked: 1, retried: 0 });
      }
    },
  );
});
