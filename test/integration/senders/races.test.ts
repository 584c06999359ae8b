import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { beforeStatement } from '../../support/bindings.ts';
import { carla, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { domainService, mailService, onTheWire, zone } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import {
  activeSender,
  codeFor,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
  nextSender,
  PLATFORM,
  recorded,
  remove,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

const OTHER = 'hello@other.example';
const CONFIRMATION = `${EMAIL}/confirmation`;

/** Bindings that call `happens` just before a batch with such a statement. */
function racing(statement: RegExp, happens: () => Promise<unknown>): Env {
  return beforeStatement(statement, happens, withDomains);
}

type Change = [string, (owner: Visitor) => Promise<unknown>];

const ENTERED: Change[] = [
  ['another address is entered', (owner) => owner.post(EMAIL, { email: OTHER })],
  ['another of the same domain is entered', (owner) => owner.post(EMAIL, { email: `o@${STUDIO}` })],
];

const REMOVED: Change[] = [
  ['it is removed', (owner) => remove(owner)],
  [
    'it is removed and entered again',
    async (owner) => {
      await remove(owner);
      await owner.post(EMAIL, { email: HELLO });
    },
  ],
];

describe('a mail from the own address is refused, and before that is stored', () => {
  test.each(REMOVED)('%s: the mail has arrived, and nothing is recorded', async (_what, change) => {
    const owner = await activeSender();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', 'takes it over (202)');
    const bindings = racing(/^update "senders" set "broken_at"/, () => change(owner));
    await visit('demo', bindings).post('/sign-in/link', { email: carla });
    expect(mailsTo(carla).map(({ body }) => body.from.email)).toEqual([HELLO, PLATFORM]);
    expect((await sender())?.broken_at ?? null).toBeNull();
    expect((await sender())?.verified_at ?? null, 'and nothing for it').toBeNull();
    expect(await recorded()).not.toContain('sender_broken');
    expect([...queued(), ...mailsTo(olivia)]).toEqual([]);
  });

  test.each(ENTERED)(
    '%s: the current sender breaks, the next one does not',
    async (_what, change) => {
      const owner = await activeSender();
      expectConsoleError(/"what":"mail refused"/);
      mailService('400', 'takes it over (202)');
      const bindings = racing(/^update "senders" set "broken_at"/, () => change(owner));
      await visit('demo', bindings).post('/sign-in/link', { email: carla });
      expect(await sender()).toMatchObject({ address: HELLO, broken_by: 'refusal' });
      expect(await nextSender()).toMatchObject({ confirmed_at: null, broken_at: null });
      await deliverQueued(withDomains);
      expect(mailsTo(olivia)).toHaveLength(1);
    },
  );
});

test('a refusal, and before it is stored another address is set up: that one stays active', async () => {
  moveClock(0);
  const owner = await activeSender();
  expectConsoleError(/"what":"mail refused"/);
  mailService('400', 'takes it over (202)');
  const bindings = racing(/^update "senders" set "broken_at"/, async () => {
    await enter(owner, OTHER);
    domainService.publish('other.example');
    await owner.post(`${EMAIL}/check`);
    expect(await sender()).toMatchObject({ address: OTHER, verified_at: expect.any(Number) });
  });
  await visit('demo', bindings).post('/sign-in/link', { email: carla });
  expect(mailsTo(carla)).toHaveLength(2);
  expect(await sender()).toMatchObject({ address: OTHER, broken_at: null });
  expect(await recorded()).not.toContain('sender_broken');
  expect([...queued(), ...mailsTo(olivia)]).toEqual([]);
});

test('right records, and before that is stored another address is confirmed: not verified', async () => {
  moveClock(0);
  const owner = await signedInOwner();
  await enter(owner);
  domainService.publish(STUDIO);
  const bindings = racing(/^update "senders" set "verified_at"/, () => enter(owner, OTHER));
  await copyOf(owner, bindings).post(`${EMAIL}/check`);
  expect(await sender()).toMatchObject({ address: OTHER, verified_at: null });
  expect((await sender())?.findings, 'nor of what was found').not.toContain('passed');
});

describe('a check finds all records right, and before that is stored', () => {
  test.each(REMOVED)(
    '%s: no mail leaves from the sender that is there now',
    async (_what, change) => {
      const owner = await signedInOwner();
      await enter(owner);
      domainService.publish(STUDIO);
      const bindings = racing(/^update "senders" set "verified_at"/, () => change(owner));
      await copyOf(owner, bindings).post(`${EMAIL}/check`);
      expect((await sender())?.verified_at ?? null).toBeNull();
      expect(await recorded()).not.toContain('sender_verified');
      await visit('demo', withDomains).post('/sign-in/link', { email: carla });
      expect(mailsTo(carla).map(({ body }) => body.from.email)).toEqual([PLATFORM]);
    },
  );

  test.each(ENTERED)('%s: the new sender is not verified', async (_what, change) => {
    const owner = await signedInOwner();
    await enter(owner);
    domainService.publish(STUDIO);
    const bindings = racing(/^update "senders" set "verified_at"/, () => change(owner));
    await copyOf(owner, bindings).post(`${EMAIL}/check`);
    expect(await sender()).toMatchObject({ address: HELLO, verified_at: expect.any(Number) });
    expect(await nextSender()).toMatchObject({ confirmed_at: null, verified_at: null });
    expect(await recorded()).toEqual(['sender_confirmed', 'sender_verified']);
  });
});

describe('the right code is typed, and before that is stored', () => {
  test.each([...ENTERED, ...REMOVED])(
    '%s: the sender that is there now is not confirmed',
    async (_what, change) => {
      moveClock(0); // so that not even the moment of the asking is another
      const owner = await signedInOwner();
      await owner.post(EMAIL, { email: HELLO });
      const code = codeFor(HELLO);
      const bindings = racing(/^update "senders" set "confirmed_at"/, () => change(owner));
      const late = await copyOf(owner, bindings).post(`${EMAIL}/confirmation`, { code });
      expect(late.status).toBe(422);
      expect((await sender())?.confirmed_at ?? null).toBeNull();
      expect(await recorded()).not.toContain('sender_confirmed');
    },
  );
});

test('several addresses at once: one is stored whole, and only its code confirms it', async () => {
  const owner = await signedInOwner();
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

test('the mail from the platform is accepted, and D1 fails to store that: no third mail', async () => {
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
  expect(mail).toMatchObject({ state: 'failed', reason: 'cut-off' });
});

test('three runs of the schedule at once: broken, notified and restored once each', async () => {
  await activeSender();
  const published = await sender();
  await env.DB.prepare("UPDATE senders SET selector = 'lkother'").run();
  await Promise.all([runSchedule(), runSchedule(), runSchedule()]);
  expect((await recorded()).filter((kind) => kind === 'sender_broken')).toHaveLength(1);
  expect(mailsTo(olivia)).toHaveLength(1);
  await env.DB.prepare('UPDATE senders SET selector = ?').bind(published?.selector).run();
  await Promise.all([runSchedule(), runSchedule(), runSchedule()]);
  expect((await recorded()).filter((kind) => kind === 'sender_verified')).toHaveLength(2);
  expect(await sender()).toMatchObject({ broken_at: null });
});

test('HTML in DNS: shown as text, in fields and in lists', async () => {
  const owner = await signedInOwner();
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

describe('a next sender beside an active one', () => {
  const GMAIL = 'olivia@gmail.com';

  /** Mail leaves from HELLO; OTHER is confirmed, its records are right, and not checked yet. */
  async function readyNext(): Promise<Visitor> {
    moveClock(0);
    const owner = await activeSender();
    await enter(owner, OTHER);
    domainService.publish('other.example');
    return owner;
  }

  /** The address of each slot. */
  async function slots() {
    const found = await rows('SELECT slot, address FROM senders ORDER BY slot');
    return Object.fromEntries(found.map(({ slot, address }) => [slot, address]));
  }

  async function countRecorded(kind: string, address: string): Promise<number> {
    const found = await rows('SELECT detail FROM activity WHERE kind = ?', kind);
    return found.filter(({ detail }) => JSON.parse(String(detail)).address === address).length;
  }

  test('ten confirmations at once: promoted and recorded once', async () => {
    const owner = await activeSender();
    await owner.post(EMAIL, { email: GMAIL });
    const code = codeFor(GMAIL);
    await Promise.all(Array.from({ length: 10 }, () => owner.post(CONFIRMATION, { code })));
    expect(await slots()).toEqual({ current: GMAIL });
    expect(await countRecorded('sender_confirmed', GMAIL)).toBe(1);
  });

  test('checks of people and of the schedule at once: promoted and recorded once', async () => {
    const owner = await readyNext();
    await Promise.all([
      ...Array.from({ length: 6 }, () => owner.post(`${EMAIL}/check`)),
      runSchedule(),
      runSchedule(),
    ]);
    expect(await slots()).toEqual({ current: OTHER });
    expect(await countRecorded('sender_verified', OTHER)).toBe(1);
    expect(await countRecorded('sender_broken', HELLO)).toBe(0);
  });

  const CONFIRM = /^update "senders" set "confirmed_at"/;
  const VERIFY = /^update "senders" set "verified_at"/;
  const THIRD = 'hi@third.example';

  test.each<[string, (owner: Visitor) => Promise<unknown>, object]>([
    ['it is given up', (owner) => remove(owner, 'next'), { current: HELLO }],
    [
      'another is entered',
      (owner) => owner.post(EMAIL, { email: THIRD }),
      { current: HELLO, next: THIRD },
    ],
  ])(
    'its code is typed, and before that is stored %s: not promoted',
    async (_what, change, left) => {
      const owner = await activeSender();
      await owner.post(EMAIL, { email: GMAIL });
      const bindings = racing(CONFIRM, () => change(owner));
      const late = await copyOf(owner, bindings).post(CONFIRMATION, { code: codeFor(GMAIL) });
      expect(late.status).toBe(422);
      expect(await slots()).toEqual(left);
      expect(await sender()).toMatchObject({ verified_at: expect.any(Number), broken_at: null });
      expect(await countRecorded('sender_confirmed', GMAIL)).toBe(0);
    },
  );

  test('its code is typed, and before that is stored another code is asked for: not promoted', async () => {
    const owner = await activeSender();
    await owner.post(EMAIL, { email: GMAIL });
    const bindings = racing(CONFIRM, () => {
      moveClock(minutes(1));
      return owner.post(`${EMAIL}/code`);
    });
    const late = await copyOf(owner, bindings).post(CONFIRMATION, { code: codeFor(GMAIL) });
    expect(late.status).toBe(422);
    expect(await slots()).toEqual({ current: HELLO, next: GMAIL });
    expect(await nextSender()).toMatchObject({ confirmed_at: null });
  });

  test('its code is typed, and before that is stored another is confirmed: that one waits', async () => {
    moveClock(0);
    const owner = await activeSender();
    await owner.post(EMAIL, { email: GMAIL });
    const bindings = racing(CONFIRM, () => enter(owner, THIRD));
    const late = await copyOf(owner, bindings).post(CONFIRMATION, { code: codeFor(GMAIL) });
    expect(late.status).toBe(422);
    expect(await slots()).toEqual({ current: HELLO, next: THIRD });
  });

  test('its records are right, and before that is stored a later check fails: not promoted', async () => {
    const owner = await readyNext();
    const bindings = racing(VERIFY, () => {
      zone.set('other.example', []);
      moveClock(minutes(1));
      return owner.post(`${EMAIL}/check`);
    });
    await copyOf(owner, bindings).post(`${EMAIL}/check`);
    expect(await slots()).toEqual({ current: HELLO, next: OTHER });
    expect(await countRecorded('sender_verified', OTHER)).toBe(0);
  });

  test('its code is typed, and before that is stored the current one is removed: confirmed', async () => {
    const owner = await activeSender();
    await owner.post(EMAIL, { email: GMAIL });
    const bindings = racing(CONFIRM, () => remove(owner, 'current'));
    await copyOf(owner, bindings).post(CONFIRMATION, { code: codeFor(GMAIL) });
    expect(await slots()).toEqual({ current: GMAIL });
    expect(await sender()).toMatchObject({ confirmed_at: expect.any(Number) });
    const [row] = await rows(
      "SELECT detail FROM activity WHERE kind = 'sender_confirmed' AND detail LIKE ?",
      `%${GMAIL}%`,
    );
    expect(JSON.parse(String(row?.detail)), 'in nobody’s place').toMatchObject({ instead: '' });
  });

  test('its code is typed, and before that is stored the current one breaks: promoted', async () => {
    const owner = await activeSender();
    await owner.post(EMAIL, { email: OTHER });
    const bindings = racing(CONFIRM, async () => {
      zone.set(STUDIO, []);
      await owner.post(`${EMAIL}/check`);
    });
    await copyOf(owner, bindings).post(CONFIRMATION, { code: codeFor(OTHER) });
    expect(await slots(), 'judged by what is, not by what was read').toEqual({ current: OTHER });
  });

  test.each<[string, (owner: Visitor) => Promise<unknown>, object]>([
    ['it is given up', (owner) => remove(owner, 'next'), { current: HELLO }],
    [
      'another is entered',
      (owner) => owner.post(EMAIL, { email: THIRD }),
      { current: HELLO, next: THIRD },
    ],
    [
      'another of its domain is entered',
      (owner) => owner.post(EMAIL, { email: 'jane@other.example' }),
      { current: HELLO, next: 'jane@other.example' },
    ],
  ])(
    'its records are right, and before that is stored %s: not promoted',
    async (_what, change, left) => {
      const owner = await readyNext();
      const bindings = racing(VERIFY, () => change(owner));
      await copyOf(owner, bindings).post(`${EMAIL}/check`);
      expect(await slots()).toEqual(left);
      expect(await sender()).toMatchObject({ verified_at: expect.any(Number), broken_at: null });
      expect(await countRecorded('sender_verified', OTHER)).toBe(0);
      expect((await nextSender())?.verified_at ?? null).toBeNull();
    },
  );

  test('its records are right, and before that is stored the current one is removed: active', async () => {
    const owner = await readyNext();
    const bindings = racing(VERIFY, () => remove(owner, 'current'));
    await copyOf(owner, bindings).post(`${EMAIL}/check`);
    expect(await slots()).toEqual({ current: OTHER });
    expect(await sender()).toMatchObject({ verified_at: expect.any(Number) });
    expect(await countRecorded('sender_verified', OTHER)).toBe(1);
  });

  test.each(['current', 'next'] as const)(
    'the %s one is removed, and before that is stored the next one is promoted: it stays',
    async (slot) => {
      const owner = await readyNext();
      const bindings = racing(/^delete from "senders"/, () => owner.post(`${EMAIL}/check`));
      await remove(copyOf(owner, bindings), slot);
      expect(await slots()).toEqual({ current: OTHER });
      expect(await sender()).toMatchObject({ verified_at: expect.any(Number) });
      expect(await recorded()).not.toContain('sender_removed');
    },
  );

  test('a refusal, and before it is stored the next one is promoted: that one stays active', async () => {
    const owner = await readyNext();
    expectConsoleError(/"what":"mail refused"/);
    mailService('400', 'takes it over (202)');
    const bindings = racing(/^update "senders" set "broken_at"/, () =>
      owner.post(`${EMAIL}/check`),
    );
    await visit('demo', bindings).post('/sign-in/link', { email: carla });
    expect(mailsTo(carla)).toHaveLength(2);
    expect(await slots()).toEqual({ current: OTHER });
    expect(await sender()).toMatchObject({ broken_at: null });
    expect(mailsTo(olivia)).toEqual([]);
  });

  test.each([1, 2, 3, 4])('everything at once, run %i: one sender is active', async () => {
    const owner = await readyNext();
    await Promise.all([
      owner.post(EMAIL, { email: THIRD }),
      owner.post(`${EMAIL}/check`),
      remove(owner, 'next'),
      owner.post(EMAIL, { email: `jane@${STUDIO}` }),
      owner.post(CONFIRMATION, { code: codeFor(OTHER) }),
      owner.post(`${EMAIL}/check`),
      owner.post(`${EMAIL}/code`),
    ]);
    const left = await slots();
    expect([HELLO, OTHER]).toContain(left.current);
    expect(await sender()).toMatchObject({ verified_at: expect.any(Number), broken_at: null });
    expect(await countRecorded('sender_verified', OTHER)).toBe(left.current === OTHER ? 1 : 0);
  });
});
