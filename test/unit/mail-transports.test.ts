import { env } from 'cloudflare:workers';
import { describe, expect, test, vi } from 'vitest';
import { cloudflare } from '../../worker/mail-services/cloudflare.ts';
import { mailchannels } from '../../worker/mail-services/mailchannels/send.ts';
import { listOutbox, outbox } from '../../worker/mail-services/outbox.ts';
import type { Mailer, MailFailure } from '../../worker/mail-services/service.ts';
import { MAIL_TIME_OUT, withRetry } from '../../worker/mail-services/with-retry.ts';
import { failureWords } from '../../worker/routes/admin/activity/mail-failures.ts';
import { withoutWaiting } from '../support/clock.ts';
import type { Behaviour } from '../support/doubles/mailchannels/send.ts';
import { mailService, onTheWire } from '../support/network.ts';

const MAIL = {
  id: '5f9c7f0e-0000-4000-8000-000000000001@clientportal.example',
  to: 'carla@acme.test',
  from: { name: 'Demo Studio', email: 'portal@clientportal.example' },
  replyTo: 'hello@demo.test',
  dkim: null,
  subject: 'Sign in to Demo Studio',
  text: 'the text',
  html: '<p>the html</p>',
};
/** Every transport sends these: no automatic reply, also not from Exchange. */
const HEADERS = {
  'Auto-Submitted': 'auto-generated',
  'X-Auto-Response-Suppress': 'All',
  'X-Latchkey-Mail': `<${MAIL.id}>`,
};
/** Words of the mail services, which no freelancer ever reads. */
const UPSTREAM = /upstream|gateway|<|@|E_|http|\{/i;

type Expected = [failure: MailFailure, lasting: boolean, tries: number];
const OUT_OF_REACH = 'unreachable';
const TROUBLE = 'service-error';
const NOT_US = 'sender-refused';
const NOT_ACCEPTED = 'refused';
const UNEXPECTED = 'unclear';

function send(mailer: Mailer) {
  return withoutWaiting(() => mailer.send(MAIL, 0));
}

/** What holds for every failure of every transport. */
function expectFailure(result: Awaited<ReturnType<typeof send>>, [failure, lasting]: Expected) {
  if (result.ok) throw new Error('it was taken over');
  expect(result.failure).toBe(failure);
  expect(result.lasting).toBe(lasting);
  const words = failureWords(result.failure, 'contact');
  expect(words, 'nothing of the upstream').not.toMatch(UPSTREAM);
  expect(result.detail.length).toBeLessThan(400);
  expect(result.detail, 'no markup or address in the log').not.toMatch(/[<>]|\w@\w/);
}

describe('MailChannels', () => {
  const mailer = withRetry(mailchannels('the-key'));

  test('a request: one recipient, reply-to, both parts, no tracking, no list headers', async () => {
    expect(await send(mailer)).toEqual({
      ok: true,
      id: '<m-1@mailchannels.test>',
      requestId: 'r-1',
    });
    const [sent, ...more] = onTheWire();
    expect(more).toEqual([]);
    expect(sent?.headers['x-api-key']).toBe('the-key');
    expect(sent?.body).toEqual({
      personalizations: [{ to: [{ email: MAIL.to }] }],
      from: MAIL.from,
      reply_to: { email: 'hello@demo.test' },
      subject: MAIL.subject,
      content: [
        { type: 'text/plain', value: MAIL.text },
        { type: 'text/html', value: MAIL.html },
      ],
      headers: HEADERS,
      tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
      transactional: true,
    });
  });

  // the SDK answers `success: true` to the second, and to a login page
  test.each<[Behaviour, ...Expected]>([
    ['says failed inside a 200', 'undelivered', false, 1],
    ['a login page in a 200', UNEXPECTED, false, 1],
    ['an empty 202', UNEXPECTED, false, 1],
    ['half an answer', UNEXPECTED, false, 1],
    ['400', NOT_ACCEPTED, true, 1],
    ['401', NOT_US, true, 1],
    ['403', NOT_US, true, 1],
    ['413', NOT_ACCEPTED, true, 1],
    ['429', 'rate-limited', false, 1],
    ['500 with HTML', TROUBLE, false, 2],
    ['502 with HTML', TROUBLE, false, 2],
    ['hangs', 'timeout', false, 2],
    ['drops the connection', OUT_OF_REACH, false, 2],
  ])('%s: which failure, and tried as often as may help', async (behaviour, ...expected) => {
    mailService(behaviour);
    expectFailure(await send(mailer), expected);
    expect(onTheWire()).toHaveLength(expected[2]);
  });

  test.each<Behaviour>(['500 with HTML', 'hangs', 'drops the connection'])(
    '%s once: the retry at once gets it through, the same mail under the same id',
    async (behaviour) => {
      mailService(behaviour, 'takes it over (202)');
      expect(await send(mailer)).toMatchObject({ ok: true });
      const [first, second] = onTheWire();
      expect(second?.body).toEqual(first?.body);
    },
  );

  test('its words in the log: short, without addresses and tokens', async () => {
    const token = 'a'.repeat(43);
    const text = `<p>no such user ${MAIL.to} for https://demo.example/sign-in/link/${token}</p>`;
    vi.spyOn(globalThis, 'fetch').mockImplementation(
      async () => new Response(text + 'x '.repeat(900), { status: 400 }),
    );
    const result = await send(mailer);
    if (result.ok) throw new Error('it was taken over');
    expect(result.detail).toMatch(/^refused: Bad Request\. no such user …@… for /);
    expect(result.detail.length).toBeLessThan(400);
    expect(result.detail).not.toContain(token);
  });
});

describe('Cloudflare', () => {
  /** The binding, which keeps what it is given and does as told. The local one cannot fail. */
  function binding(...answers: (() => Promise<EmailSendResult>)[]) {
    const sent: unknown[] = [];
    const double: SendEmail = {
      send(mail: unknown) {
        sent.push(mail);
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        return answer?.() ?? Promise.resolve({ messageId: '<m-1@cloudflare.test>' });
      },
    };
    return { mailer: withRetry(cloudflare(double)), sent };
  }

  const throwing = (code: string) => () =>
    Promise.reject(Object.assign(new Error(`upstream words for ${MAIL.to}`), { code }));

  test('a request: one recipient, reply-to, both parts, no Message-ID', async () => {
    const { mailer, sent } = binding();
    expect(await send(mailer)).toEqual({
      ok: true,
      id: '<m-1@cloudflare.test>',
      requestId: null,
    });
    expect(sent).toEqual([
      {
        to: { email: MAIL.to, name: MAIL.to },
        from: MAIL.from,
        replyTo: { email: 'hello@demo.test', name: 'Demo Studio' },
        subject: MAIL.subject,
        text: MAIL.text,
        html: MAIL.html,
        headers: HEADERS,
      },
    ]);
  });

  test('the local binding: accepts the same mail', async () => {
    if (env.EMAIL === undefined) throw new Error('no binding EMAIL');
    const result = await withRetry(cloudflare(env.EMAIL)).send(MAIL, 0);
    expect(result).toMatchObject({
      ok: true,
      id: expect.stringContaining('@clientportal.example'),
    });
  });

  test.each<[string, ...Expected]>([
    ['E_VALIDATION_ERROR', NOT_ACCEPTED, true, 1],
    ['E_HEADER_NOT_ALLOWED', NOT_ACCEPTED, true, 1],
    ['E_CONTENT_TOO_LARGE', NOT_ACCEPTED, true, 1],
    ['E_SENDER_NOT_VERIFIED', NOT_US, true, 1],
    ['E_SENDER_DOMAIN_NOT_AVAILABLE', NOT_US, true, 1],
    ['E_RECIPIENT_SUPPRESSED', 'suppressed', true, 1],
    ['E_RECIPIENT_NOT_ALLOWED', NOT_ACCEPTED, true, 1],
    ['E_RATE_LIMIT_EXCEEDED', 'rate-limited', false, 1],
    ['E_DAILY_LIMIT_EXCEEDED', 'quota', false, 1],
    ['E_DELIVERY_FAILED', 'undelivered', false, 1],
    ['E_INTERNAL_SERVER_ERROR', TROUBLE, false, 2],
    ['', OUT_OF_REACH, false, 2],
  ])('%s: which failure, and tried as often as may help', async (code, ...expected) => {
    const { mailer, sent } = binding(throwing(code));
    expectFailure(await send(mailer), expected);
    expect(sent).toHaveLength(expected[2]);
  });

  test('an error of another kind, and silence: tried once more', async () => {
    const odd = binding(() => Promise.reject('upstream words'));
    expectFailure(await send(odd.mailer), [OUT_OF_REACH, false, 2]);
    const silent = binding(() => new Promise(() => {}));
    expectFailure(await send(silent.mailer), ['timeout', false, 2]);
    expect([odd.sent, silent.sent].map(({ length }) => length)).toEqual([2, 2]);
  });
});

describe('outbox', () => {
  test('a mail: kept with its headers', async () => {
    expect(await send(withRetry(outbox(env.TOKENS)))).toMatchObject({ ok: true });
    expect(await listOutbox(env.TOKENS)).toMatchObject([
      { to: MAIL.to, from: MAIL.from, replyTo: MAIL.replyTo, headers: HEADERS },
    ]);
  });

  test('KV down: a failure, not a throw', async () => {
    const put = vi.spyOn(env.TOKENS, 'put').mockRejectedValue(new Error('KV PUT failed: 500'));
    expectFailure(await send(withRetry(outbox(env.TOKENS))), [OUT_OF_REACH, false, 2]);
    expect(put).toHaveBeenCalledTimes(2);
  });
});

test('a time-out: occurs twice, and leaves no timer', async () => {
  vi.useFakeTimers();
  let isDone = false;
  const never = withRetry(() => new Promise(() => {}));
  const sending = never.send(MAIL, 0).finally(() => {
    isDone = true;
  });
  await vi.advanceTimersByTimeAsync(2 * MAIL_TIME_OUT - 1);
  expect(isDone).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await sending).toMatchObject({ ok: false, lasting: false });
  await withRetry(async () => ({ ok: true, id: null, requestId: null })).send(MAIL, 0);
  expect(vi.getTimerCount()).toBe(0);
});
