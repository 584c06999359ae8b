import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { carla, olivia, rita } from '../../support/cast.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { domainService, mailService, zone } from '../../support/network.ts';
import { deliverQueued } from '../../support/queue.ts';
import {
  activeSender,
  codeFor,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
  nextSender,
  PLATFORM,
  read,
  recorded,
  remove,
  runSchedule,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { tally, visit } from '../../support/visitor.ts';

const NEW_DOMAIN = 'new.example';
const NEW = `hi@${NEW_DOMAIN}`;
const GMAIL = 'olivia@gmail.com';
const CONFIRMATION = `${EMAIL}/confirmation`;

/** Mail leaves from HELLO, and NEW is entered and confirmed; its records are still to be published. */
async function waitingNext() {
  const owner = await activeSender();
  await enter(owner, NEW);
  return owner;
}

/** Carla asks for a link: from whom its mail comes, and whom an answer reaches. */
async function nextMail() {
  await visit('demo', withDomains).post('/sign-in/link', { email: carla });
  const { from, reply_to } = mailsTo(carla).at(-1)?.body ?? {};
  return { from: from?.email, replyTo: reply_to?.email };
}

const FROM_HELLO = { from: HELLO, replyTo: undefined };
const FROM_NEW = { from: NEW, replyTo: undefined };

/** What is recorded of the newest change of a sender. */
async function lastRecorded() {
  const [row] = await rows(
    "SELECT kind, detail FROM activity WHERE kind LIKE 'sender_%' ORDER BY rowid DESC LIMIT 1",
  );
  return { kind: row?.kind, ...JSON.parse(String(row?.detail)) };
}

async function activityShown(): Promise<string> {
  return read(await (await signedInOwner()).get('/w/demo/activity'));
}

test('a next sender: mail leaves from the current one until the next one’s records are right', async () => {
  const owner = await activeSender();
  const before = await sender();
  expect((await owner.post(EMAIL, { email: NEW })).status).toBe(303);
  expect(await sender(), 'nothing of it changed').toEqual(before);
  expect(await nextMail()).toEqual(FROM_HELLO);
  const entered = await read(await owner.get(EMAIL));
  expect(entered).toContain(`Mail goes on leaving from ${HELLO} until you have typed the code`);
  expect(entered).toContain('Step 1 of 2: type its code');

  expect((await owner.post(CONFIRMATION, { code: codeFor(NEW) })).status).toBe(303);
  expect(await nextMail()).toEqual(FROM_HELLO);
  expect(await nextSender()).toMatchObject({ address: NEW, verified_at: null });
  expect(await lastRecorded()).toEqual({ kind: 'sender_confirmed', address: NEW, instead: '' });
  const confirmed = await read(await owner.get(EMAIL));
  expect(confirmed).toContain(`${NEW} is confirmed. It is used once its records are right`);
  expect(confirmed).toContain(`Mail goes on leaving from ${HELLO} until the records below`);
  expect(confirmed).toContain('Step 2 of 2: publish its records');

  await owner.post(`${EMAIL}/check`);
  expect(await nextMail(), 'checked, and not there yet').toEqual(FROM_HELLO);
  domainService.publish(NEW_DOMAIN);
  await owner.post(`${EMAIL}/check`);
  expect(await read(await owner.get(EMAIL))).toContain(`mail leaves from ${NEW} from now on`);
  expect(await nextMail()).toEqual(FROM_NEW);
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
  expect(await nextMail()).toEqual(FROM_HELLO);
  domainService.publish(NEW_DOMAIN);
  await runSchedule();
  expect(await nextMail()).toEqual(FROM_NEW);
  expect(await lastRecorded()).toMatchObject({ kind: 'sender_verified', instead: HELLO });
});

describe('the code of the next sender is typed', () => {
  test('for replies: it is promoted at once, and mail leaves from the platform', async () => {
    const owner = await activeSender();
    await owner.post(EMAIL, { email: GMAIL });
    expect(await read(await owner.get(EMAIL))).toContain(
      `From then on mail comes from ${PLATFORM}`,
    );
    expect(await nextMail()).toEqual(FROM_HELLO);
    await owner.post(CONFIRMATION, { code: codeFor(GMAIL) });
    expect(await nextMail()).toEqual({ from: PLATFORM, replyTo: GMAIL });
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
    expect(await nextMail()).toEqual({ from: PLATFORM, replyTo: GMAIL });
    const shown = await read(await owner.get(EMAIL));
    expect(shown).toContain(`takes the place of ${GMAIL} once you type the code`);
    expect(shown, 'the records come after').not.toContain('Step 1');
    await owner.post(CONFIRMATION, { code: codeFor(HELLO) });
    expect(await nextMail()).toEqual({ from: PLATFORM, replyTo: HELLO });
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

  test('the current one is broken: it is promoted at once, and the owner gets no other notice', async () => {
    const owner = await activeSender();
    await owner.post(EMAIL, { email: NEW });
    zone.set(STUDIO, []);
    await runSchedule();
    expect(mailsTo(olivia)).toHaveLength(1);
    await owner.post(`${EMAIL}/code`);
    await owner.post(CONFIRMATION, { code: codeFor(NEW) });
    expect(await sender()).toMatchObject({ address: NEW, broken_at: null });
    expect(await nextMail()).toEqual({ from: PLATFORM, replyTo: NEW });
    for (let hour = 0; hour < 30; hour += 1) await runSchedule();
    expect(mailsTo(olivia)).toHaveLength(1);
  });

  test('the current one breaks after that: the schedule restores it, and the next one waits on', async () => {
    const owner = await waitingNext();
    const [key] = domainService.keys;
    zone.set(String(key?.name), []);
    await runSchedule();
    expect(await nextMail()).toEqual({ from: PLATFORM, replyTo: HELLO });
    const shown = await read(await owner.get(EMAIL));
    expect(shown).toContain(`takes the place of ${HELLO} by itself once the records below`);
    expect(await read(await owner.get('/w/demo'))).toContain(
      `Mail no longer leaves from ${HELLO}:`,
    );
    domainService.publish(STUDIO);
    await runSchedule();
    expect(await nextMail()).toEqual(FROM_HELLO);
    expect(await nextSender()).toMatchObject({ address: NEW });
  });
});

describe('entering another address', () => {
  test('beside an unconfirmed current one: replaces it', async () => {
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: HELLO });
    await owner.post(EMAIL, { email: NEW });
    expect(await sender()).toMatchObject({ address: NEW });
    expect(await nextSender()).toBeUndefined();
  });

  test('beside a next one: replaces it, and its code confirms nothing', async () => {
    const owner = await activeSender();
    await owner.post(EMAIL, { email: NEW });
    const stale = codeFor(NEW);
    await owner.post(EMAIL, { email: `hi@third.example` });
    expect(await nextSender()).toMatchObject({ address: 'hi@third.example', confirmed_at: null });
    expect((await owner.post(CONFIRMATION, { code: stale })).status).toBe(422);
    expect(await nextMail()).toEqual(FROM_HELLO);
  });

  test.each([
    ['the current one', `jane@${STUDIO}`, STUDIO],
    ['the next one', `jane@${NEW_DOMAIN}`, NEW_DOMAIN],
  ])('at the domain of %s: its records are kept', async (_whose, address, domain) => {
    const owner = await waitingNext();
    const known = [await sender(), await nextSender()].find((row) => row?.domain === domain);
    await owner.post(EMAIL, { email: address });
    const { selector, dkim_value } = known ?? {};
    expect(await nextSender()).toMatchObject({ address, selector, dkim_value });
    expect(domainService.keys).toHaveLength(2);
  });

  test('at the domain of the current one: its code promotes it, in one request', async () => {
    const owner = await activeSender();
    const jane = `jane@${STUDIO}`;
    await owner.post(EMAIL, { email: jane });
    expect(await read(await owner.get(EMAIL))).toContain('so this address takes over at once');
    await owner.post(CONFIRMATION, { code: codeFor(jane) });
    expect(await nextMail()).toEqual({ from: jane, replyTo: undefined });
    expect((await recorded()).slice(-2)).toEqual(['sender_confirmed', 'sender_verified']);
  });

  test('several at once: at most one is unconfirmed, in slot `next`', async () => {
    const owner = await activeSender();
    const typed = ['a@one.example', 'b@two.example', 'c@one.example', GMAIL, HELLO];
    const answers = await Promise.all(typed.map((email) => owner.post(EMAIL, { email })));
    expect(tally(answers)).toEqual({ 303: 5 });
    expect(await rows('SELECT slot FROM senders ORDER BY slot')).toEqual([
      { slot: 'current' },
      { slot: 'next' },
    ]);
    expect(await rows('SELECT slot FROM senders WHERE confirmed_at IS NULL')).toEqual([
      { slot: 'next' },
    ]);
    expect(await nextMail()).toEqual(FROM_HELLO);
  });
});

test('another code: for the unconfirmed sender only', async () => {
  const owner = await activeSender();
  await owner.post(EMAIL, { email: NEW });
  const current = await sender();
  expect((await owner.post(`${EMAIL}/code`)).status).toBe(303);
  expect(mailsTo(NEW)).toHaveLength(2);
  expect(mailsTo(HELLO)).toHaveLength(1);
  await owner.post(CONFIRMATION, { code: codeFor(NEW) });
  expect(await sender()).toEqual(current);
  expect(await nextSender()).toMatchObject({ confirmed_at: expect.any(Number) });
  await owner.post(`${EMAIL}/code`);
  expect(mailsTo(NEW), 'nobody waits for one any more').toHaveLength(2);
});

test('the code of the next sender: mailed to it by Latchkey, after a retry as well', async () => {
  const owner = await activeSender();
  expectConsoleError(/"what":"mail refused"/);
  mailService('429', 'takes it over (202)');
  await owner.post(EMAIL, { email: NEW });
  await deliverQueued(withDomains);
  expect(mailsTo(NEW).at(-1)?.body).toMatchObject({
    from: { name: 'Latchkey', email: PLATFORM },
    subject: `${codeFor(NEW)} is your code to send as ${NEW}`,
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

test('“Check now”, the current one broken and the next one right: the next one is promoted', async () => {
  const owner = await waitingNext();
  zone.set(STUDIO, []);
  domainService.publish(NEW_DOMAIN);
  await owner.post(`${EMAIL}/check`);
  expect(await read(await owner.get(EMAIL))).toContain(`mail leaves from ${NEW} from now on`);
  expect(await nextMail()).toEqual(FROM_NEW);
  expect(await rows('SELECT * FROM senders')).toHaveLength(1);
  expect(mailsTo(olivia), 'of an address that is gone').toEqual([]);
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
    expect(await nextMail()).toEqual(FROM_HELLO);
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
    expect(await nextMail()).toEqual({ from: PLATFORM, replyTo });
    expect(await lastRecorded()).toEqual({ kind: 'sender_removed', address: HELLO, remains: NEW });
    if (!isConfirmed) await owner.post(CONFIRMATION, { code: codeFor(NEW) });
    domainService.publish(NEW_DOMAIN);
    await owner.post(`${EMAIL}/check`);
    expect(await nextMail()).toEqual(FROM_NEW);
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

test('another workspace’s next sender: changes nothing here', async () => {
  const owner = await activeSender();
  const rival = await signedInOwner(rita);
  const theirs = '/w/rival/settings/email';
  await enter(rival, 'r@rival.example', 'rival');
  domainService.publish('rival.example');
  await rival.post(`${theirs}/check`);
  const before = await sender();
  await enter(rival, `intern@${STUDIO}`, 'rival');
  await rival.post(`${theirs}/check`);
  expect(await sender()).toEqual(before);
  await visit('rival', withDomains).post('/sign-in/link', { email: 'client@rival.test' });
  expect(mailsTo('client@rival.test').at(-1)?.body.from.email).toBe('r@rival.example');
  await enter(rival, 'rita@gmail.com', 'rival');
  const left = await rows('SELECT address FROM senders ORDER BY address');
  expect(left).toEqual([{ address: HELLO }, { address: 'rita@gmail.com' }]);
  expect(await sender()).toEqual(before);
  await remove(owner);
  expect(await lastRecorded()).toEqual({ kind: 'sender_removed', address: HELLO, remains: '' });
  expect(await rows('SELECT address FROM senders')).toEqual([{ address: 'rita@gmail.com' }]);
});

test('a sender from before the migration to two slots: the current one, unchanged', async () => {
  const landed = env.TEST_MIGRATIONS.filter(({ name }) => name < '0014');
  expect(landed).toHaveLength(14);
  await reset();
  await applyD1Migrations(env.DB, landed);
  await env.DB.batch(
    [
      "INSERT INTO workspaces (id, slug, name, created_at) VALUES ('w', 'w', 'W', 0)",
      `INSERT INTO senders VALUES ('w', 's', 'a@b.example', 'b.example', 'from', 1, 2, 3, 'lk', 'key', '{}', 4, 5, 6, 'records', 7)`,
    ].map((sql) => env.DB.prepare(sql)),
  );
  const before = await rows('SELECT * FROM senders');
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await rows('SELECT * FROM senders')).toEqual([{ ...before[0], slot: 'current' }]);
  await env.DB.prepare('DELETE FROM workspaces').run();
  expect(await rows('SELECT * FROM senders'), 'it goes with its workspace').toEqual([]);
});
