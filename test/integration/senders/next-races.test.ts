import { describe, expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { domainService, mailService, zone } from '../../support/network.ts';
import { OTHER, racing } from '../../support/sender-races.ts';
import {
  activeSender,
  CONFIRMATION,
  codeFor,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
  nextSender,
  recorded,
  remove,
  runSchedule,
  STUDIO,
  sender,
} from '../../support/senders.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

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

  test('its code is typed, another is requested before that is stored: not promoted', async () => {
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

  test('its code is typed, another is confirmed before that is stored: that one waits', async () => {
    moveClock(0);
    const owner = await activeSender();
    await owner.post(EMAIL, { email: GMAIL });
    const bindings = racing(CONFIRM, () => enter(owner, THIRD));
    const late = await copyOf(owner, bindings).post(CONFIRMATION, { code: codeFor(GMAIL) });
    expect(late.status).toBe(422);
    expect(await slots()).toEqual({ current: HELLO, next: THIRD });
  });

  test('its records are right, a later check fails before it is stored: not promoted', async () => {
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

  test('its code is typed, the current one is removed before it is stored: confirmed', async () => {
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

  test('its code is typed, the current one breaks before that is stored: promoted', async () => {
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

  test('its records are right, the current one is removed before it is stored: active', async () => {
    const owner = await readyNext();
    const bindings = racing(VERIFY, () => remove(owner, 'current'));
    await copyOf(owner, bindings).post(`${EMAIL}/check`);
    expect(await slots()).toEqual({ current: OTHER });
    expect(await sender()).toMatchObject({ verified_at: expect.any(Number) });
    expect(await countRecorded('sender_verified', OTHER)).toBe(1);
  });

  test.each(['current', 'next'] as const)(
    'the %s one is removed, the next one is promoted before that is stored: it stays',
    async (slot) => {
      const owner = await readyNext();
      const bindings = racing(/^delete from "senders"/, () => owner.post(`${EMAIL}/check`));
      await remove(copyOf(owner, bindings), slot);
      expect(await slots()).toEqual({ current: OTHER });
      expect(await sender()).toMatchObject({ verified_at: expect.any(Number) });
      expect(await recorded()).not.toContain('sender_removed');
    },
  );

  test('a refusal, the next one is promoted before it is stored: that one stays active', async () => {
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
