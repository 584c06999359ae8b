import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { olivia } from '../../support/cast.ts';
import { textOf } from '../../support/doubles/mailchannels/send.ts';
import { domainService, onTheWire } from '../../support/network.ts';
import {
  CONFIRMATION,
  EMAIL,
  enteredAddress,
  HELLO,
  mailsTo,
  PLATFORM,
  runSchedule,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

describe('an address that cannot be a sender', () => {
  test.each([
    ['nothing', ''],
    ['a display name that is another address', '"a@b.test" <hello@studio.example>'],
    ['two', 'hello@studio.example, other@studio.example'],
    ['a header', 'hello@studio.example\r\nBcc: victim@bank.example'],
    ['a line break', 'hello@studio.example\nX: y'],
    ['marks that turn the writing', 'hello@studio.example\u202e'],
    ['an invisible space', 'hel\u200blo@studio.example'],
    ['a full-width at sign', 'hello＠studio.example'],
    ['a Kelvin sign', 'hello@studio\u212a.example'],
    ['a quoted part', '"hello world"@studio.example'],
    ['an IP address', 'hello@[192.0.2.1]'],
    ['no domain', 'hello@localhost'],
    ['a path', 'hello@studio.example/../../x'],
    ['the platform’s sender', PLATFORM],
    ['an address at the platform', 'ceo@portal.localhost'],
    ['an address at a portal', 'hello@demo.portal.localhost'],
  ])('%s: 422 with what was typed, and nothing happens', async (_what, typed) => {
    const owner = await signedInOwner();
    const answer = await owner.post(EMAIL, { email: typed });
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html).toContain('name="email"');
    if (/^[\w@.]+$/.test(typed)) expect(html).toContain(`value="${typed}"`);
    expect(await sender()).toBeUndefined();
    expect(onTheWire()).toEqual([]);
    expect(domainService.asked).toEqual([]);
  });

  test('HTML in the field: shown as text', async () => {
    const owner = await signedInOwner();
    const answer = await owner.post(EMAIL, { email: '"><script>alert(1)</script>@x.example' });
    expect(await answer.text()).not.toContain('<script>alert');
  });

  test('a workspace’s name that would break a header: on one line in the mail', async () => {
    await env.DB.prepare("UPDATE workspaces SET name = ? WHERE slug = 'demo'")
      .bind('Evil\r\nBcc: x\u202e <b>Studio</b>')
      .run();
    await enteredAddress();
    const [mail] = mailsTo(HELLO);
    expect(mail?.body.subject).not.toMatch(/[\r\n]/);
    expect(textOf(mail)).toContain('“Evil Bcc: x <b>Studio</b>”');
    expect(JSON.stringify(mail?.body)).not.toMatch(/\u202e|<b>Studio<\/b>(?!”)/);
  });
});

describe('an address for replies only', () => {
  test.each<[string, string, Env, string]>([
    ['a free mail service', 'carla.writes@gmail.com', withDomains, 'free-mail'],
    [
      'no account at the mail service',
      HELLO,
      { ...withDomains, MAILCHANNELS_ACCOUNT: '' },
      'no-domains',
    ],
    [
      'Cloudflare as the mail service',
      HELLO,
      { ...withDomains, MAIL_TRANSPORT: 'cloudflare' },
      'no-domains',
    ],
  ])(
    '%s: no records and no look-ups; replies reach it once it is confirmed',
    async (_what, address, bindings) => {
      const mailed: unknown[] = [];
      const there = {
        ...bindings,
        EMAIL: {
          send: async (mail: unknown) => {
            mailed.push(mail);
            return { messageId: '<m-1@cloudflare.test>' };
          },
        },
      };
      const owner = await signedInOwner(olivia, there);
      expect((await owner.post(EMAIL, { email: address })).status).toBe(303);
      expect(await sender()).toMatchObject({ use: 'reply-to', selector: null, confirmed_at: null });
      const text = mailed.length > 0 ? JSON.stringify(mailed) : textOf(mailsTo(address).at(-1));
      const code = /Your code is (\w{6})/.exec(text)?.[1] ?? '';
      expect((await owner.post(CONFIRMATION, { code })).status).toBe(303);
      await owner.post(`${EMAIL}/check`);
      await runSchedule(there);
      expect(domainService.asked).toEqual([]);
      await visit('demo', there).post('/sign-in/link', { email: 'client@demo.test' });
      const sent = JSON.stringify(mailed.at(-1) ?? onTheWire().at(-1)?.body);
      expect(sent).toMatch(new RegExp(`"reply_?to":\\{"email":"${address}"`, 'i'));
      expect(sent).toContain('"email":"portal@portal.localhost"');
    },
  );
});

test('hostile domains: neither looked up nor sent to the mail service', async () => {
  const owner = await signedInOwner();
  const before = onTheWire().length;
  for (const email of [
    'a@x.example/../../v1/send',
    'a@x.example?b=c',
    'a@x.example#y',
    'a@..',
    'a@127.0.0.1',
    'a@[::1]',
    'a@x.example:80',
    'a@x.example%2f..',
    'a@%2e%2e',
    'a@0x7f.1',
    'a@-x.example',
    'a@localhost.',
  ]) {
    expect((await owner.post(EMAIL, { email })).status, email).toBe(422);
  }
  expect(domainService.asked).toEqual([]);
  expect(onTheWire()).toHaveLength(before);
});

test.each([
  'mailto:hello@studio.example',
  'Demo <hello@studio.example>,',
  '\u200bhello@studio.example.',
])('%j pasted as a sender: the address in it', async (pasted) => {
  const owner = await signedInOwner();
  expect((await owner.post(EMAIL, { email: pasted })).status).toBe(303);
  expect(await sender()).toMatchObject({ address: 'hello@studio.example' });
});
