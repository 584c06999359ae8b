import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { watchBindings, wrapBindings } from '../../support/bindings.ts';
import { carla, nobody } from '../../support/cast.ts';
import { withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { type Behaviour, EIGHT } from '../../support/doubles/mailchannels/send.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { queued } from '../../support/queue.ts';
import { answerTo, mailbox, visit } from '../../support/visitor.ts';

// What a visitor can tell of the mail service: nothing, whichever transport, and whatever it does.

type Case = { name: string; bindings: () => Env; isQuiet: boolean };

const MAILCHANNELS: Case[] = EIGHT.map((behaviour: Behaviour) => ({
  name: `mailchannels ${behaviour}`,
  bindings() {
    mailService(behaviour);
    return { ...env, MAIL_TRANSPORT: 'mailchannels' };
  },
  isQuiet: behaviour === 'takes it over (202)',
}));

/** Everything that went through the doubles of the binding EMAIL. */
let handedOver: { to: unknown }[] = [];

function email(answer: () => Promise<EmailSendResult>): SendEmail {
  return {
    send(mail: unknown) {
      handedOver.push(mail as { to: unknown });
      return answer();
    },
  };
}

const thrown = (code: string) => () => Promise.reject(Object.assign(new Error('no'), { code }));
const CLOUDFLARE: Case[] = Object.entries({
  'takes it over': () => Promise.resolve({ messageId: '<m@x>' }),
  'knows no such sender': thrown('E_SENDER_NOT_VERIFIED'),
  'has suppressed the address': thrown('E_RECIPIENT_SUPPRESSED'),
  'limits the rate': thrown('E_RATE_LIMIT_EXCEEDED'),
  'could not deliver': thrown('E_DELIVERY_FAILED'),
  'has trouble': thrown('E_INTERNAL_SERVER_ERROR'),
  hangs: () => new Promise<EmailSendResult>(() => {}),
  'cannot be reached': () => Promise.reject(new Error('network connection lost')),
}).map(([name, answer]) => ({
  name: `cloudflare ${name}`,
  bindings: () => ({ ...env, MAIL_TRANSPORT: 'cloudflare', EMAIL: email(answer) }),
  isQuiet: name === 'takes it over',
}));

const OUTBOX: Case[] = [
  { name: 'outbox', bindings: () => env, isQuiet: true },
  {
    name: 'outbox whose KV fails',
    bindings: () => failingAtMails(() => Promise.reject(new Error('KV PUT failed: 500'))),
    isQuiet: false,
  },
  {
    name: 'outbox whose KV hangs',
    bindings: () => failingAtMails(() => new Promise(() => {})),
    isQuiet: false,
  },
];

/** Bindings whose KV keeps links and fails at mails. */
function failingAtMails(put: () => Promise<never>): Env {
  return wrapBindings(({ name, given }, run) => {
    const isMail = name === 'TOKENS.put' && String(given[0]).startsWith('outbox:');
    return isMail ? put() : run();
  });
}

test.each([...MAILCHANNELS, ...CLOUDFLARE, ...OUTBOX])(
  'POST /sign-in/link, $name: the same answer, with the same work before it',
  async ({ bindings, isQuiet }) => {
    const there = bindings();
    // a stranger's mail never gets as far as the mail service
    const expected = await seenBy(there, nobody);
    if (!isQuiet) expectConsoleError(/"what":"mail refused"/);
    expect(await seenBy(there, carla)).toEqual(expected);
    expect(expected).toMatchObject({ status: 303, length: 0 });
  },
);

// CVE-2022-35924 and the SDK's own parser: what is typed never becomes a recipient, and a recipient is one address
test.each([
  ['mailchannels', 'CLIENT@Demo.Test'],
  ['cloudflare', ' client@DEMO.TEST '],
  ['outbox', '\ufeffClient@demo.test'],
])('%s: mail for %j goes to the stored address only', async (transport, typed) => {
  handedOver = [];
  const EMAIL = email(() => Promise.resolve({ messageId: '<m@x>' }));
  const bindings = { ...env, MAIL_TRANSPORT: transport, EMAIL };
  await visit('demo', bindings).post('/sign-in/link', { email: typed });
  const recipients = [
    ...onTheWire().flatMap(({ body }) => body.personalizations),
    ...handedOver.map(({ to }) => to),
    ...(await mailbox()).map(({ to }) => to),
  ];
  const asObject = {
    mailchannels: { to: [{ email: carla }] },
    cloudflare: { email: carla, name: carla },
  };
  expect(recipients).toEqual([
    transport === 'outbox' ? carla : asObject[transport as 'cloudflare'],
  ]);
  for (const trick of [
    `${carla},thief@evil.test`,
    `"${carla}" <thief@evil.test>`,
    `${carla}\r\nBcc: t@evil.test`,
  ]) {
    expect((await visit('demo', bindings).post('/sign-in/link', { email: trick })).status).toBe(
      422,
    );
  }
  expect(onTheWire().length + handedOver.length + (await mailbox()).length).toBe(1);
  expect(queued()).toEqual([]);
});

/** All that a visitor can tell of the answer, and what the stores were asked by then. */
async function seenBy(real: Env, address: string) {
  const { bindings, calls } = watchBindings(real);
  await visit('demo', bindings).get('/sign-in');
  calls.length = 0;
  const request = new Request('http://demo.portal.localhost/sign-in/link', {
    method: 'POST',
    headers: { origin: 'http://demo.portal.localhost' },
    body: new URLSearchParams({ email: address }),
    redirect: 'manual',
  });
  return withoutWaiting(async () => {
    const { response, settled } = await answerTo(request, bindings);
    const answered = [...calls];
    await settled();
    const [cookie = ''] = response.headers.getSetCookie();
    const {
      vfr,
      adk,
      shn,
      ask,
      exp = 0,
      ...claims
    } = decodeJwt(/=([^;]+)/.exec(cookie)?.[1] ?? '');
    return {
      status: response.status,
      headers: [...response.headers].map(([name, value]) => [
        name,
        value.replace(/'nonce-[^']+'/g, 'nonce').replace(/(__Host-asking=)[^;]+/, '$1'),
      ]),
      length: (await response.arrayBuffer()).byteLength,
      cookie: {
        ...claims,
        lasts: exp - Math.floor(Number(ask) / 1000),
        lengths: [String(vfr).length, String(adk).length],
        isTyped: shn === address,
      },
      calls: answered,
    };
  });
}
