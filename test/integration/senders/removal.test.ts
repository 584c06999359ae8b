import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { rows } from '../../support/database.ts';
import { domainService } from '../../support/network.ts';
import {
  activityShown,
  FROM_HELLO,
  FROM_NEW,
  lastRecorded,
  mailToCarla,
  NEW,
  NEW_DOMAIN,
  waitingNext,
} from '../../support/next-sender.ts';
import {
  activeSender,
  CONFIRMATION,
  codeFor,
  EMAIL,
  emailPage,
  enter,
  GMAIL,
  HELLO,
  nextSender,
  PLATFORM,
  read,
  recorded,
  remove,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
} from '../../support/senders.ts';

test('removal: recorded once, and the row is gone', async () => {
  const owner = await activeSender();
  expect((await remove(owner)).status).toBe(303);
  expect(await sender()).toBeUndefined();
  expect((await recorded()).at(-1)).toBe('sender_removed');
  expect((await remove(owner)).status).toBe(303);
  expect((await recorded()).filter((kind) => kind === 'sender_removed')).toHaveLength(1);
});

test('a deleted workspace: its sender is gone, and the schedule checks it no more', async () => {
  await activeSender();
  await env.DB.prepare("DELETE FROM workspaces WHERE slug = 'demo'").run();
  expect(await rows('SELECT * FROM senders')).toEqual([]);
  const before = domainService.asked.length;
  await runSchedule();
  expect(domainService.asked).toHaveLength(before);
});

describe('removing', () => {
  test('the next one: the current one stays as it is, and Activity names both', async () => {
    const owner = await waitingNext();
    const before = await sender();
    await remove(owner, 'next');
    expect(await read(await owner.get(EMAIL))).toContain(
      `${NEW} was removed. ${HELLO} stays in use.`,
    );
    expect(await sender()).toEqual(before);
    expect(await nextSender()).toBeUndefined();
    expect(await mailToCarla()).toEqual(FROM_HELLO);
    expect(await lastRecorded()).toEqual({ kind: 'sender_removed', address: NEW, remains: HELLO });
    expect(await activityShown()).toContain(`${NEW}; ${HELLO} remains`);
  });

  test.each([
    ['confirmed', true, NEW],
    ['unconfirmed', false, 'hello@demo.test'],
  ])('the current one: the next one, %s, takes its place', async (_how, isConfirmed, replyTo) => {
    const owner = await activeSender();
    if (isConfirmed) await enter(owner, NEW);
    else await owner.post(EMAIL, { email: NEW });
    await remove(owner, 'current');
    expect(await sender()).toMatchObject({ address: NEW, verified_at: null });
    expect(await nextSender()).toBeUndefined();
    expect(await mailToCarla()).toEqual({ from: PLATFORM, replyTo });
    expect(await lastRecorded()).toEqual({ kind: 'sender_removed', address: HELLO, remains: NEW });
    if (!isConfirmed) await owner.post(CONFIRMATION, { code: codeFor(NEW) });
    domainService.publish(NEW_DOMAIN);
    await owner.post(`${EMAIL}/check`);
    expect(await mailToCarla()).toEqual(FROM_NEW);
  });

  test.each<[string, (ids: { current: string; next: string }) => Record<string, string>]>([
    ['no id', () => ({})],
    ['an unknown id', () => ({ id: 'nobody', slot: 'current' })],
    ['no slot', ({ current }) => ({ id: current })],
    ['another slot', ({ current }) => ({ id: current, slot: 'next' })],
    ['the next one as the current one', ({ next }) => ({ id: next, slot: 'current' })],
  ])('with %s: nothing is removed', async (_what, formFor) => {
    const owner = await waitingNext();
    const before = await rows('SELECT * FROM senders');
    const ids = { current: String((await sender())?.id), next: String((await nextSender())?.id) };
    expect((await owner.post(`${EMAIL}/removal`, formFor(ids))).status).toBe(303);
    expect(await rows('SELECT * FROM senders')).toEqual(before);
    expect(await read(await owner.get(EMAIL))).toContain(
      'The addresses have changed in the meantime. See below which ones are in use.',
    );
    expect(await recorded()).not.toContain('sender_removed');
  });

  test('with the ids of another workspace: nothing is removed, here or there', async () => {
    const owner = await waitingNext();
    const rival = await signedInOwner(rita);
    await enter(rival, `r@rival.example`, 'rival');
    const before = await rows('SELECT * FROM senders ORDER BY id');
    for (const { id, slot } of before) {
      const form = { id: String(id), slot: String(slot) };
      const isOwners =
        String(id) === (await sender())?.id || String(id) === (await nextSender())?.id;
      const [who, there] = isOwners ? [rival, '/w/rival/settings/email'] : [owner, EMAIL];
      expect((await who.post(`${there}/removal`, form)).status).toBe(303);
    }
    expect(await rows('SELECT * FROM senders ORDER BY id')).toEqual(before);
    expect(await recorded()).not.toContain('sender_removed');
  });
});

describe('the page says what a removal changes', () => {
  beforeEach(() => moveClock(0));

  test.each([
    [
      'never confirmed, to send from',
      HELLO,
      'It is not in use yet, so nothing changes for your clients. Setting it up again',
    ],
    [
      'never confirmed, for replies',
      GMAIL,
      'It is not in use yet, so nothing changes for your clients.',
    ],
  ])('an address that was %s: what stays as it is', async (_what, address, words) => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: address });
    const shown = await emailPage(owner);
    expect(shown).toContain(words);
    expect(shown).not.toMatch(/Mail then comes from|Replies no longer/);
    await remove(owner);
    expect(await emailPage(owner)).toContain(`${address} was removed. Settings`);
  });

  test('an unverified address, and an active one: what no longer works', async () => {
    const owner = await signedInOwner();
    await enter(owner);
    expect(await emailPage(owner)).toContain(
      'Replies no longer reach it then. Setting it up again',
    );
    domainService.publish(STUDIO);
    await owner.post(`${EMAIL}/check`);
    expect(await emailPage(owner)).toContain('Mail then comes from portal@portal.localhost.');
  });
});
