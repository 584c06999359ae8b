import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { domainService, mailService } from '../../support/network.ts';
import {
  FROM_HELLO,
  mailToCarla,
  NEW,
  NEW_DOMAIN,
  waitingNext,
} from '../../support/next-sender.ts';
import { deliverQueued } from '../../support/queue.ts';
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
  recorded,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { tally } from '../../support/visitor.ts';

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
    expect(await mailToCarla()).toEqual(FROM_HELLO);
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
    expect(await mailToCarla()).toEqual({ from: jane, replyTo: undefined });
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
    expect(await mailToCarla()).toEqual(FROM_HELLO);
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

test('the same address again, current or next: nothing changes', async () => {
  const owner = await activeSender();
  const before = await sender();
  await owner.post(EMAIL, { email: `Hello@${STUDIO.toUpperCase()}` });
  expect(await sender()).toEqual(before);
  expect(mailsTo(HELLO)).toHaveLength(1);
  const other = `other@${STUDIO}.test`;
  await enter(owner, other);
  const [current, next] = [await sender(), await nextSender()];
  expect(next).toMatchObject({ address: other, verified_at: null });
  await owner.post(EMAIL, { email: other.toUpperCase() });
  await owner.post(EMAIL, { email: HELLO });
  expect([await sender(), await nextSender()]).toEqual([current, next]);
  expect(mailsTo(other)).toHaveLength(1);
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
