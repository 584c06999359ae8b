import { describe, expect, test } from 'vitest';
import { olivia } from '../../support/cast.ts';
import { rows } from '../../support/database.ts';
import { domainService, zone } from '../../support/network.ts';
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
  enter,
  GMAIL,
  HELLO,
  mailsTo,
  nextSender,
  PLATFORM,
  read,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
} from '../../support/senders.ts';

test('a next sender: mail leaves from the current one until its records are right', async () => {
  const owner = await activeSender();
  const before = await sender();
  expect((await owner.post(EMAIL, { email: NEW })).status).toBe(303);
  expect(await sender(), 'nothing of it changed').toEqual(before);
  expect(await mailToCarla()).toEqual(FROM_HELLO);
  const entered = await read(await owner.get(EMAIL));
  expect(entered).toContain(`Mail goes on leaving from ${HELLO} until you have typed the code`);
  expect(entered).toContain('Step 1 of 2: type its code');

  expect((await owner.post(CONFIRMATION, { code: codeFor(NEW) })).status).toBe(303);
  expect(await mailToCarla()).toEqual(FROM_HELLO);
  expect(await nextSender()).toMatchObject({ address: NEW, verified_at: null });
  expect(await lastRecorded()).toEqual({ kind: 'sender_confirmed', address: NEW, instead: '' });
  const confirmed = await read(await owner.get(EMAIL));
  expect(confirmed).toContain(`${NEW} is confirmed. It is used once its records are right`);
  expect(confirmed).toContain(`Mail goes on leaving from ${HELLO} until the records below`);
  expect(confirmed).toContain('Step 2 of 2: publish its records');

  await owner.post(`${EMAIL}/check`);
  expect(await mailToCarla(), 'checked, and not there yet').toEqual(FROM_HELLO);
  domainService.publish(NEW_DOMAIN);
  await owner.post(`${EMAIL}/check`);
  expect(await read(await owner.get(EMAIL))).toContain(`mail leaves from ${NEW} from now on`);
  expect(await mailToCarla()).toEqual(FROM_NEW);
  expect(await sender()).toMatchObject({ address: NEW, broken_at: null });
  expect(await rows('SELECT * FROM senders')).toHaveLength(1);
  expect(await lastRecorded()).toEqual({ kind: 'sender_verified', address: NEW, instead: HELLO });
  expect(await activityShown()).toContain(`Mail leaves from ${NEW}, in place of ${HELLO}`);
});

test('the schedule: checks both senders, and promotes the next one', async () => {
  await waitingNext();
  const before = domainService.asked.length;
  await runSchedule();
  expect(domainService.asked.slice(before).filter((what) => /check/.test(what))).toHaveLength(2);
  expect(await mailToCarla()).toEqual(FROM_HELLO);
  domainService.publish(NEW_DOMAIN);
  await runSchedule();
  expect(await mailToCarla()).toEqual(FROM_NEW);
  expect(await lastRecorded()).toMatchObject({ kind: 'sender_verified', instead: HELLO });
});

describe('the code of the next sender is typed', () => {
  test('for replies: it is promoted at once, and mail leaves from the platform', async () => {
    const owner = await activeSender();
    await owner.post(EMAIL, { email: GMAIL });
    expect(await read(await owner.get(EMAIL))).toContain(
      `From then on mail comes from ${PLATFORM}`,
    );
    expect(await mailToCarla()).toEqual(FROM_HELLO);
    await owner.post(CONFIRMATION, { code: codeFor(GMAIL) });
    expect(await mailToCarla()).toEqual({ from: PLATFORM, replyTo: GMAIL });
    expect(await rows('SELECT * FROM senders')).toHaveLength(1);
    expect(await lastRecorded()).toEqual({
      kind: 'sender_confirmed',
      address: GMAIL,
      instead: HELLO,
    });
    expect(await activityShown()).toContain(`${GMAIL}, in place of ${HELLO}`);
  });

  test('the current one is for replies: replies reach it until then', async () => {
    const owner = await signedInOwner();
    await enter(owner, GMAIL);
    await owner.post(EMAIL, { email: HELLO });
    expect(await mailToCarla()).toEqual({ from: PLATFORM, replyTo: GMAIL });
    const shown = await read(await owner.get(EMAIL));
    expect(shown).toContain(`takes the place of ${GMAIL} once you type the code`);
    expect(shown, 'the records come after').not.toContain('Step 1');
    await owner.post(CONFIRMATION, { code: codeFor(HELLO) });
    expect(await mailToCarla()).toEqual({ from: PLATFORM, replyTo: HELLO });
    expect(await sender()).toMatchObject({ address: HELLO, verified_at: null });
    expect(await nextSender()).toBeUndefined();
  });

  test('the current one is not verified: it is promoted at once', async () => {
    const owner = await signedInOwner();
    await enter(owner);
    await enter(owner, NEW);
    expect(await sender()).toMatchObject({ address: NEW, verified_at: null });
    expect(await rows('SELECT * FROM senders')).toHaveLength(1);
  });

  test('the current one is broken: promoted at once, the owner gets no other notice', async () => {
    const owner = await activeSender();
    await owner.post(EMAIL, { email: NEW });
    zone.set(STUDIO, []);
    await runSchedule();
    expect(mailsTo(olivia)).toHaveLength(1);
    await owner.post(`${EMAIL}/code`);
    await owner.post(CONFIRMATION, { code: codeFor(NEW) });
    expect(await sender()).toMatchObject({ address: NEW, broken_at: null });
    expect(await mailToCarla()).toEqual({ from: PLATFORM, replyTo: NEW });
    for (let hour = 0; hour < 30; hour += 1) await runSchedule();
    expect(mailsTo(olivia)).toHaveLength(1);
  });

  test('the current one breaks after that: the schedule restores it, the next one waits', async () => {
    const owner = await waitingNext();
    const [key] = domainService.keys;
    zone.set(String(key?.name), []);
    await runSchedule();
    expect(await mailToCarla()).toEqual({ from: PLATFORM, replyTo: HELLO });
    const shown = await read(await owner.get(EMAIL));
    expect(shown).toContain(`takes the place of ${HELLO} by itself once the records below`);
    expect(await read(await owner.get('/w/demo'))).toContain(
      `Mail no longer leaves from ${HELLO}:`,
    );
    domainService.publish(STUDIO);
    await runSchedule();
    expect(await mailToCarla()).toEqual(FROM_HELLO);
    expect(await nextSender()).toMatchObject({ address: NEW });
  });
});

test('“Check now”: checks both senders, and counts once', async () => {
  const owner = await waitingNext();
  const before = domainService.asked.length;
  await owner.post(`${EMAIL}/check`);
  const asked = domainService.asked.slice(before);
  expect(asked.filter((what) => what === 'POST check-domain')).toHaveLength(2);
  const counted = await rows("SELECT count FROM tries WHERE key LIKE 'sender/check:%'");
  expect(counted, 'the first was to set the current one up').toEqual([{ count: 2 }]);
});

test('“Check now”, the current one broken and the next one right: promoted', async () => {
  const owner = await waitingNext();
  zone.set(STUDIO, []);
  domainService.publish(NEW_DOMAIN);
  await owner.post(`${EMAIL}/check`);
  expect(await read(await owner.get(EMAIL))).toContain(`mail leaves from ${NEW} from now on`);
  expect(await mailToCarla()).toEqual(FROM_NEW);
  expect(await rows('SELECT * FROM senders')).toHaveLength(1);
  expect(mailsTo(olivia), 'of an address that is gone').toEqual([]);
});
