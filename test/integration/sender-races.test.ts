import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../worker/limits/duration.ts';
import { expectConsoleError } from '../support/console-errors.ts';
import { meanwhile } from '../support/meanwhile.ts';
import { domainService, mailService, onTheWire, zone } from '../support/network.ts';
import { deliverQueued, queued } from '../support/queue.ts';
import {
  activeSender,
  atDesk,
  codeFor,
  EMAIL,
  enter,
  guard,
  HELLO,
  mailsTo,
  recorded,
  STUDIO,
  sender,
  withDomains,
} from '../support/senders.ts';
import { moveClock, rows } from '../support/stores.ts';
import { carla, copyOf, olivia, type Visitor, visit } from '../support/visit.ts';

const PLATFORM = 'portal@portal.localhost';
const OTHER = 'hello@other.example';

/** Bindings under which something happens just before a batch that holds the statement. */
function racing(statement: RegExp, happens: () => Promise<unknown>): Env {
  return { ...withDomains, DB: meanwhile(statement, happens).DB };
}

const CHANGES: [string, (owner: Visitor) => Promise<unknown>][] = [
  ['another address is entered', (owner) => owner.post(EMAIL, { email: OTHER })],
  ['another of the same domain is entered', (owner) => owner.post(EMAIL, { email: `o@${STUDIO}` })],
  ['it is removed', (owner) => owner.post(`${EMAIL}/removal`)],
  [
    'it is removed and entered again',
    async (owner) => {
      await owner.post(`${EMAIL}/removal`);
      await owner.post(EMAIL, { email: HELLO });
    },
  ],
];

describe('a mail from the own address is refused, and before that is written down', () => {
  test.each(CHANGES)(
    '%s: it has arrived, and nothing is said against what is there now',
    async (_what, change) => {
      const owner = await activeSender();
      expectConsoleError(/"what":"mail refused"/);
      mailService('400', 'takes it over (202)');
      const there = racing(/^update "senders" set "broken_at"/, () => change(owner));
      await visit('demo', there).post('/sign-in/link', { email: carla });
      expect(mailsTo(carla).map(({ body }) => body.from.email)).toEqual([HELLO, PLATFORM]);
      expect((await sender())?.broken_at ?? null).toBeNull();
      expect((await sender())?.verified_at ?? null, 'and nothing for it').toBeNull();
      expect(await recorded()).not.toContain('sender_broken');
      expect(mailsTo(olivia)).toEqual([]);
    },
  );
});

test('a mail is refused, and before that is written down another address is set up: it stays in use', async () => {
  moveClock(0);
  const owner = await activeSender();
  expectConsoleError(/"what":"mail refused"/);
  mailService('400', 'takes it over (202)');
  const there = racing(/^update "senders" set "broken_at"/, async () => {
    await enter(owner, OTHER);
    domainService.publish('other.example');
    await owner.post(`${EMAIL}/check`);
    expect(await sender()).toMatchObject({ address: OTHER, verified_at: expect.any(Number) });
  });
  await visit('demo', there).post('/sign-in/link', { email: carla });
  expect(mailsTo(carla)).toHaveLength(2);
  expect(await sender()).toMatchObject({ address: OTHER, broken_at: null });
  expect(await recorded()).not.toContain('sender_broken');
  expect(mailsTo(olivia)).toEqual([]);
});

test('a check finds all right, and before that is written down another is confirmed: it proves nothing for that', async () => {
  moveClock(0);
  const owner = await atDesk();
  await enter(owner);
  domainService.publish(STUDIO);
  const there = racing(/^update "senders" set "verified_at"/, () => enter(owner, OTHER));
  await copyOf(owner, there).post(`${EMAIL}/check`);
  expect(await sender()).toMatchObject({ address: OTHER, verified_at: null });
  expect((await sender())?.findings, 'nor of what was found').not.toContain('passed');
});

describe('a check finds all right, and before that is written down', () => {
  test.each(CHANGES)('%s: nothing leaves from what is there now', async (_what, change) => {
    const owner = await atDesk();
    await enter(owner);
    domainService.publish(STUDIO);
    const there = racing(/^update "senders" set "verified_at"/, () => change(owner));
    await copyOf(owner, there).post(`${EMAIL}/check`);
    expect((await sender())?.verified_at ?? null).toBeNull();
    expect(await recorded()).not.toContain('sender_verified');
    await visit('demo', withDomains).post('/sign-in/link', { email: carla });
    expect(mailsTo(carla).map(({ body }) => body.from.email)).toEqual([PLATFORM]);
  });
});

describe('the right code is typed, and before that is written down', () => {
  test.each(CHANGES)('%s: what is there now is not confirmed', async (_what, change) => {
    moveClock(0); // so that not even the moment of the asking is another
    const owner = await atDesk();
    await owner.post(EMAIL, { email: HELLO });
    const code = codeFor(HELLO);
    const there = racing(/^update "senders" set "confirmed_at"/, () => change(owner));
    const late = await copyOf(owner, there).post(`${EMAIL}/confirmation`, { code });
    expect(late.status).toBe(422);
    expect((await sender())?.confirmed_at ?? null).toBeNull();
    expect(await recorded()).not.toContain('sender_confirmed');
  });
});

test('two entered at once: one of them is there, whole, and only its code confirms it', async () => {
  const owner = await atDesk();
  const addresses = ['one@one.example', 'two@two.example', 'three@one.example'];
  await Promise.all(addresses.map((email) => owner.post(EMAIL, { email })));
  const row = await sender();
  const [, domain] = String(row?.address).split('@');
  expect(row?.domain).toBe(domain);
  expect(row).toMatchObject({ confirmed_at: null, verified_at: null });
  for (const address of addresses.filter((each) => each !== row?.address)) {
    for (const mail of mailsTo(address).slice(-1)) {
      expect(mail).toBeDefined();
      const answer = await owner.post(`${EMAIL}/confirmation`, { code: codeFor(address) });
      expect(answer.status).toBe(422);
    }
  }
  const right = await owner.post(`${EMAIL}/confirmation`, { code: codeFor(String(row?.address)) });
  expect(right.status).toBe(303);
});

test('the second was taken over, and D1 fails at writing that down: never a third', async () => {
  await activeSender();
  expectConsoleError(/"what":"(mail refused|deliver a mail)"/);
  mailService('400', 'takes it over (202)');
  await env.DB.prepare(
    "CREATE TRIGGER down BEFORE UPDATE ON mails WHEN NEW.state = 'accepted' BEGIN SELECT RAISE(ABORT, 'down'); END",
  ).run();
  await visit('demo', withDomains).post('/sign-in/link', { email: carla });
  await env.DB.prepare('DROP TRIGGER down').run();
  while (queued().length > 0) {
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(withDomains);
  }
  expect(mailsTo(carla)).toHaveLength(2);
  const [mail] = await rows('SELECT state, reason FROM mails WHERE contact_id IS NOT NULL');
  expect(mail).toMatchObject({ state: 'failed', reason: expect.stringContaining('cut off') });
});

test('two guardians at once, seconds apart: broken once, told once; restored once', async () => {
  await activeSender();
  const published = await sender();
  await env.DB.prepare("UPDATE senders SET selector = 'lkother'").run();
  await Promise.all([guard(), guard(), guard()]);
  expect((await recorded()).filter((kind) => kind === 'sender_broken')).toHaveLength(1);
  expect(mailsTo(olivia)).toHaveLength(1);
  await env.DB.prepare('UPDATE senders SET selector = ?').bind(published?.selector).run();
  await Promise.all([guard(), guard(), guard()]);
  expect((await recorded()).filter((kind) => kind === 'sender_verified')).toHaveLength(2);
  expect(await sender()).toMatchObject({ broken_at: null });
});

test('what DNS says is text, in fields to copy and in lists', async () => {
  const owner = await atDesk();
  const script = '</textarea></code></li><script>alert(1)</script><img src=x onerror=alert(1)>';
  const quoted = '" onfocus="alert(1)" autofocus x="';
  await owner.post(EMAIL, { email: HELLO });
  const selector = String((await sender())?.selector);
  for (const name of [STUDIO, `_mailchannels.${STUDIO}`, `_dmarc.${STUDIO}`]) {
    const begin = { [STUDIO]: 'v=spf1', [`_dmarc.${STUDIO}`]: 'v=DMARC1' }[name] ?? 'v=mc1';
    zone.set(name, [`${begin} ${script}`, `${begin} ${quoted}`]);
  }
  zone.set(`${selector}._domainkey.${STUDIO}`, [script, quoted]);
  await owner.post(`${EMAIL}/confirmation`, { code: codeFor(HELLO) });
  await owner.post(`${EMAIL}/check`);
  const html = await (await owner.get(EMAIL)).text();
  expect(html, 'it is there').toContain('&lt;script>alert(1)');
  expect(html).not.toMatch(/<script>alert|<img src=x|<\/textarea><\/code>/);
  expect(html).not.toContain('" onfocus="');
});

test('nothing is looked up or asked for outside of the names of the domain', async () => {
  const owner = await atDesk();
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
