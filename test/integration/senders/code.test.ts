import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../../worker/values/duration.ts';
import { demoId, olivia, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { wrongCode } from '../../support/mail.ts';
import { mailService } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import {
  CONFIRMATION,
  codeFor,
  EMAIL,
  enter,
  enteredAddress,
  HELLO,
  mailsTo,
  RIVAL_EMAIL,
  read,
  recorded,
  remove,
  rivalsSender,
  STUDIO,
  sender,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { copyOf, tally, type Visitor, visit } from '../../support/visitor.ts';

async function isConfirmed(workspace = demoId): Promise<boolean> {
  return (await sender(workspace))?.confirmed_at !== null;
}

describe('the code that confirms', () => {
  test('of another workspace with the same address at the same moment: refused', async () => {
    moveClock(0);
    const { owner, code } = await enteredAddress();
    const rival = await signedInOwner(rita);
    await rival.post(RIVAL_EMAIL, { email: HELLO });
    expect(codeFor(HELLO)).not.toBe(code);
    expect((await rival.post(`${RIVAL_EMAIL}/confirmation`, { code })).status).toBe(422);
    const theirs = codeFor(HELLO);
    expect((await owner.post(CONFIRMATION, { code: theirs })).status).toBe(422);
    expect(await isConfirmed()).toBe(false);
    expect((await rivalsSender())?.confirmed_at).toBeNull();
  });

  test('of an older mail: refused, and the newer code works', async () => {
    const { owner, code } = await enteredAddress();
    moveClock(minutes(1));
    expect((await owner.post(`${EMAIL}/code`)).status).toBe(303);
    const newer = codeFor(HELLO);
    expect(newer).not.toBe(code);
    expect((await owner.post(CONFIRMATION, { code })).status).toBe(422);
    expect(await isConfirmed()).toBe(false);
    expect((await owner.post(CONFIRMATION, { code: newer })).status).toBe(303);
    expect(await isConfirmed()).toBe(true);
  });

  test('of a replaced address: refused, even after the address is entered again', async () => {
    moveClock(0);
    const { owner, code } = await enteredAddress();
    await owner.post(EMAIL, { email: 'victim@bank.example' });
    expect((await owner.post(CONFIRMATION, { code })).status).toBe(422);
    await owner.post(EMAIL, { email: HELLO });
    expect((await owner.post(CONFIRMATION, { code })).status).toBe(422);
    expect(await isConfirmed()).toBe(false);
  });

  test('after half an hour: refused, to the millisecond', async () => {
    moveClock(0);
    const { owner, code } = await enteredAddress();
    moveClock(minutes(30));
    const late = await owner.post(CONFIRMATION, { code });
    expect(late.status).toBe(422);
    expect(await read(late)).toContain('That code is too old.');
    moveClock(-1);
    expect((await owner.post(CONFIRMATION, { code })).status).toBe(303);
  });

  test('six wrong codes at once: five are judged, and then the right one is refused', async () => {
    const { owner, code } = await enteredAddress();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => owner.post(CONFIRMATION, { code: wrongCode(code) })),
    );
    expect(tally(answers)).toEqual({ 422: 5, 429: 1 });
    expect((await owner.post(CONFIRMATION, { code })).status).toBe(429);
    expect(await isConfirmed()).toBe(false);
    await owner.post(`${EMAIL}/code`);
    expect((await owner.post(CONFIRMATION, { code: codeFor(HELLO) })).status).toBe(303);
  });

  test('twenty guesses a day in a workspace: the limit, over all codes and addresses', async () => {
    const owner = await signedInOwner();
    const judged: number[] = [];
    for (let asked = 0; asked < 5; asked += 1) {
      const address = `a${asked}@${STUDIO}`;
      await owner.post(EMAIL, { email: address });
      for (let guess = 0; guess < 5; guess += 1) {
        const code = wrongCode(codeFor(address));
        judged.push((await owner.post(CONFIRMATION, { code })).status);
      }
    }
    expect(judged.filter((status) => status === 422)).toHaveLength(20);
    expect((await owner.post(CONFIRMATION, { code: codeFor(`a4@${STUDIO}`) })).status).toBe(429);
    const rival = await signedInOwner(rita);
    await enter(rival, `r@${STUDIO}`, 'rival');
    moveClock(days(1));
    const later = await signedInOwner();
    await enter(later, `b@${STUDIO}`);
  });

  test('the right code in two tabs: confirmed and recorded once', async () => {
    const { owner, code } = await enteredAddress();
    await Promise.all([1, 2].map(() => owner.post(CONFIRMATION, { code })));
    expect(await recorded()).toEqual(['sender_confirmed']);
  });

  test('a malformed code: not counted; spaces, hyphens and small letters work', async () => {
    const { owner, code } = await enteredAddress();
    for (let tries = 0; tries < 8; tries += 1) {
      expect((await owner.post(CONFIRMATION, { code: 'not a code' })).status).toBe(422);
    }
    const typed = ` ${code.toLowerCase().slice(0, 3)}-${code.slice(3)} `;
    expect((await owner.post(CONFIRMATION, { code: typed })).status).toBe(303);
  });

  test('after a rotation of the secret: works; after its replacement: refused', async () => {
    const { owner, code } = await enteredAddress();
    const fresh = 'another-session-secret-for-tests-only-012345';
    const rotated = { ...withDomains, SESSION_SECRET: `${fresh},${env.SESSION_SECRET}` };
    const replaced = { ...withDomains, SESSION_SECRET: fresh };
    const elsewhere = await visit('app', { ...env, SESSION_SECRET: fresh }).signInAs(olivia);
    expect((await copyOf(elsewhere, replaced).post(CONFIRMATION, { code })).status).toBe(422);
    expect(await isConfirmed()).toBe(false);
    expect((await copyOf(owner, rotated).post(CONFIRMATION, { code })).status).toBe(303);
    expect(await isConfirmed()).toBe(true);
  });

  test('the code: stored neither in D1 nor in the queue', async () => {
    expectConsoleError(/"what":"mail refused"/);
    mailService('429', 'takes it over (202)');
    const owner = await signedInOwner();
    await owner.post(EMAIL, { email: HELLO });
    const message = JSON.stringify(queued());
    const row = JSON.stringify(await rows('SELECT * FROM senders, mails, tries'));
    await deliverQueued(withDomains);
    const code = codeFor(HELLO);
    expect(message + row).not.toContain(code);
    expect(message, 'no address either').not.toContain(HELLO);
    expect((await owner.post(CONFIRMATION, { code })).status).toBe(303);
  });
});

describe('a mail with a code that waits in the queue', () => {
  test.each<[string, (owner: Visitor) => Promise<unknown>]>([
    ['the address is confirmed', (owner) => owner.post(CONFIRMATION, { code: codeFor(HELLO) })],
    ['another is entered', (owner) => owner.post(EMAIL, { email: `other@${STUDIO}` })],
    ['it is removed', (owner) => remove(owner)],
    [
      'the workspace is deleted',
      () => env.DB.prepare("DELETE FROM workspaces WHERE slug = 'demo'").run(),
    ],
  ])('%s: it is not sent', async (_what, change) => {
    const { owner } = await enteredAddress();
    expectConsoleError(/"what":"mail refused"/);
    mailService('429', 'takes it over (202)');
    await owner.post(`${EMAIL}/code`);
    const before = mailsTo(HELLO).length;
    // the code of the mail that was tried is the one that counts
    await change(owner);
    await deliverQueued(withDomains);
    expect(mailsTo(HELLO)).toHaveLength(before);
    expect(mailsTo(`other@${STUDIO}`).length, 'its own, once').toBeLessThan(2);
    expect(queued()).toEqual([]);
  });
});
