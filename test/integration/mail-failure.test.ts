import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import { seconds } from '../../worker/limits/duration.ts';
import { mailchannels } from '../../worker/mail/mailchannels.ts';
import { expectConsoleError } from '../support/console-errors.ts';
import { rows } from '../support/stores.ts';
import { carla, carlaAtDemo, olivia, visit } from '../support/visit.ts';

const MAIL = {
  to: 'carla@acme.test',
  from: { name: 'Demo Studio', email: 'portal@clientportal.example' },
  replyTo: 'hello@demo.test',
  subject: 'Sign in to Demo Studio',
  text: 'text',
  html: '<p>html</p>',
};

/** The provider, answering every request the same way and keeping what it was sent. */
function provider(answer: () => Promise<Response>): { url: string; body: unknown }[] {
  const sent: { url: string; body: unknown }[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    sent.push({ url: request.url, body: await request.json() });
    return answer();
  });
  return sent;
}

test('MailChannels: one recipient as an object, reply-to, no tracking', async () => {
  const sent = provider(async () =>
    Response.json(
      { request_id: 'r', results: [{ status: 'sent', message_id: 'm' }] },
      { status: 202 },
    ),
  );
  expect(await mailchannels('key').send(MAIL, 0)).toEqual({ ok: true });
  expect(sent).toHaveLength(1);
  expect(sent[0]?.url).toMatch(
    /^https:\/\/api\.mailchannels\.net\/tx\/v1\/send(?:\?dry-run=false)?$/,
  );
  expect(sent[0]?.body).toMatchObject({
    personalizations: [{ to: [{ email: 'carla@acme.test' }] }],
    from: { name: 'Demo Studio', email: 'portal@clientportal.example' },
    reply_to: { email: 'hello@demo.test' },
    subject: 'Sign in to Demo Studio',
    tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
  });
});

// mailchannels-sdk answers `success: true` although a result inside says `failed`
test.each<[what: string, answer: () => Promise<Response>]>([
  ['a failed result inside a 200', async () => Response.json({ results: [{ status: 'failed' }] })],
  ['401', async () => Response.json({ errors: ['no'] }, { status: 401 })],
  ['429', async () => new Response('slow down', { status: 429 })],
  ['500 with HTML', async () => new Response('<h1>oops</h1>', { status: 500 })],
  ['a dropped connection', async () => Promise.reject(new TypeError('connection lost'))],
])(
  'MailChannels answers %s: a failure with a plain reason, nothing of the upstream',
  async (_what, answer) => {
    provider(answer);
    const result = await mailchannels('key').send(MAIL, 0);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toMatch(/oops|slow down|connection lost|<h1>/);
  },
);

test('MailChannels that never answers: given up after ten seconds', async () => {
  vi.useFakeTimers();
  provider(() => new Promise(() => {}));
  const sending = mailchannels('key').send(MAIL, 0);
  await vi.advanceTimersByTimeAsync(seconds(10));
  expect(await sending).toMatchObject({ ok: false });
});

test('a mail that is refused: the visitor’s answer is the same, and the freelancer sees why', async () => {
  provider(async () => new Response('<h1>oops</h1>', { status: 500 }));
  expectConsoleError(/mail refused/);
  const failing = { ...env, MAIL_TRANSPORT: 'mailchannels' };
  const answer = await visit('demo', failing).post('/sign-in/link', { email: carla });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in/check-email']);
  expect(await rows("SELECT contact_id FROM activity WHERE kind = 'link_failed'")).toEqual([
    { contact_id: carlaAtDemo },
  ]);
  vi.restoreAllMocks();
  const owner = await visit('app').signInAs(olivia);
  expect(await (await owner.get('/w/demo')).text()).toContain('A sign-in mail could not be sent.');
  const card = await (await owner.get(`/w/demo/contacts/${carlaAtDemo}`)).text();
  expect(card).toContain('The sign-in mail could not be sent');
  expect(card).not.toContain('oops');
});
