import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { beforeStatement } from '../../support/bindings.ts';
import { carla, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { domainService, zone } from '../../support/network.ts';
import { ENTERED, OTHER, REMOVED, racing } from '../../support/sender-races.ts';
import {
  activeSender,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
  nextSender,
  PLATFORM,
  recorded,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { copyOf, visit } from '../../support/visitor.ts';

test('right records, another address confirmed before that is stored: not verified', async () => {
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

describe('checks that overlap', () => {
  test('ten at once, right records: verified and recorded once', async () => {
    const owner = await signedInOwner();
    await enter(owner);
    domainService.publish(STUDIO);
    await Promise.all(Array.from({ length: 10 }, () => owner.post(`${EMAIL}/check`)));
    expect(await recorded()).toEqual(['sender_confirmed', 'sender_verified']);
  });

  test('ten at once, a wrong record: recorded once, the owner notified once', async () => {
    const owner = await activeSender();
    zone.set(STUDIO, []);
    await Promise.all([
      ...Array.from({ length: 9 }, () => owner.post(`${EMAIL}/check`)),
      runSchedule(),
    ]);
    expect((await recorded()).filter((kind) => kind === 'sender_broken')).toHaveLength(1);
    expect(mailsTo(olivia)).toHaveLength(1);
  });

  test('beside a new address: what was found of the first does not count for it', async () => {
    moveClock(0);
    const owner = await signedInOwner();
    await enter(owner);
    domainService.publish(STUDIO);
    let entered: unknown;
    const race = beforeStatement(/^insert into "activity"/, async () => {
      await owner.post(EMAIL, { email: 'hello@elsewhere.example' });
      entered = await nextSender();
    });
    await copyOf(owner, { ...withDomains, DB: race.DB }).post(`${EMAIL}/check`);
    expect(entered).toMatchObject({ address: 'hello@elsewhere.example', verified_at: null });
    expect(await nextSender()).toEqual(entered);
    expect(await sender()).toMatchObject({ address: HELLO, verified_at: expect.any(Number) });
  });

  test('a slow check that fails: does not undo a later one that passed', async () => {
    moveClock(0);
    const owner = await activeSender();
    zone.set(STUDIO, []);
    const race = beforeStatement(/^insert into "activity"/, async () => {
      moveClock(minutes(1));
      domainService.publish(STUDIO);
      await owner.post(`${EMAIL}/check`);
    });
    await copyOf(owner, { ...withDomains, DB: race.DB }).post(`${EMAIL}/check`);
    expect(await sender()).toMatchObject({ broken_at: null });
    expect(await recorded()).not.toContain('sender_broken');
    expect(mailsTo(olivia)).toEqual([]);
  });
});

test('a slow check without a change: keeps the results of a later one', async () => {
  moveClock(0);
  const owner = await signedInOwner();
  await enter(owner);
  const race = beforeStatement(/^update "senders" set .*"findings"/, async () => {
    moveClock(minutes(1));
    zone.set(STUDIO, ['v=spf1 include:later.example ~all']);
    await owner.post(`${EMAIL}/check`);
  });
  await copyOf(owner, { ...withDomains, DB: race.DB }).post(`${EMAIL}/check`);
  expect(await sender()).toMatchObject({
    findings: expect.stringContaining('later.example'),
    checked_at: Date.now(),
  });
});
