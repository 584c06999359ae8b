import { describe, expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo } from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { epochAndSessions, rows, usedOnce } from '../../support/database.ts';
import {
  askWhileDown,
  DOWN,
  lastMail,
  overTheWire,
  passPause,
  REFUSED,
  storedMails,
} from '../../support/delivery.ts';
import type { Behaviour } from '../../support/doubles/mailchannels/send.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { adminPages } from '../../support/page-text.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { visit } from '../../support/visitor.ts';

describe('the mail service is down', () => {
  test('at the first tries: the queue delivers the mail; its link and code work', async () => {
    const browser = await askWhileDown(DOWN, DOWN, DOWN, DOWN, 'takes it over (202)');
    const pauses: number[] = [];
    while (queued().length > 0) {
      pauses.push(queued()[0]?.delaySeconds ?? 0);
      await passPause();
    }
    expect(pauses).toEqual([15, 30, 60]);
    expect(await storedMails()).toEqual([
      { state: 'accepted', tries: 4, reason: '', provider_id: '<m-1@mailchannels.test>' },
    ]);
    const mail = lastMail();
    expect(mail.text).toContain('The link works for 10 minutes, the code for 8, once.');
    expect((await visit('demo').get(linkIn(mail))).status, 'elsewhere, a button').toBe(200);
    expect((await browser.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
    const { card, home } = await adminPages();
    expect(card).toContain('The mail was accepted by the mail service: at try 4');
    expect(home).not.toContain('Carla Client A sign-in mail');
  });

  test('until codes have expired: the late mail has a new link, and no code', async () => {
    const browser = await askWhileDown(...Array<Behaviour>(14).fill(DOWN), 'takes it over (202)');
    while (queued().length > 0) await passPause();
    const { text } = lastMail();
    expect(text).toContain('This mail is late, sorry.');
    expect(text).toContain('The link works for 10 minutes, once.');
    expect(text).not.toMatch(/your code is|#[0-9A-Z]{6}/i);
    const [asked] = await rows("SELECT at FROM activity WHERE kind = 'link_sent'");
    expect(Date.now() - Number(asked?.at)).toBeGreaterThan(minutes(20));
    moveClock(minutes(9));
    expect((await browser.get(linkIn(lastMail()))).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });

  test('for good: the mail is given up, and the card says why', async () => {
    await askWhileDown();
    const [asked] = await rows("SELECT at FROM activity WHERE kind = 'link_sent'");
    let tries = 1;
    for (; queued().length > 0; tries += 1) await passPause();
    expect(tries).toBe(8);
    expect(Date.now() - Number(asked?.at)).toBeLessThan(minutes(30));
    expect(await storedMails()).toMatchObject([
      { state: 'given-up', tries: 8, reason: 'service-error' },
    ]);
    expect(onTheWire()).toHaveLength(16);
    const failures = await rows("SELECT detail FROM activity WHERE kind = 'link_failed'");
    expect(failures).toHaveLength(1);
    const { card, home } = await adminPages();
    expect(card).toContain(
      'The sign-in mail could not be sent: the mail service has trouble of its own; given up after 8 tries, they can ask again',
    );
    expect(home).toContain('A sign-in mail could not be sent: the mail service has trouble');
    expect(card + home).not.toMatch(/upstream|gateway/i);
  });

  test('and the queue is half an hour late: the mail is given up, not sent', async () => {
    await askWhileDown('takes it over (202)');
    const before = onTheWire().length;
    moveClock(minutes(30));
    await deliverQueued(overTheWire);
    expect(queued()).toEqual([]);
    expect(onTheWire()).toHaveLength(before);
    expect(await storedMails()).toMatchObject([{ state: 'given-up', tries: 1 }]);
  });

  test('meanwhile: card and Home say that the mail waits, and why', async () => {
    await askWhileDown();
    const { card, home } = await adminPages();
    expect(card, 'newest first').toMatch(/The mail is waiting .* Asked for a sign-in link/);
    expect(card).toContain(
      'The mail is waiting to be sent: the mail service has trouble of its own; it is tried again by itself',
    );
    expect(home).toContain('A sign-in mail is waiting: the mail service has trouble of its own.');
    const rival = await visit('app').signInAs('owner@rival.test');
    expect(await (await rival.get('/w/rival')).text()).not.toContain('is waiting');
  });
});

describe('a mail refused for good', () => {
  test.each<[Behaviour, RegExp]>([
    [
      '401',
      /does not let this portal send; the person who runs Latchkey for you has to look at its mail settings/,
    ],
    [
      '400',
      /did not accept the mail; the person who runs Latchkey for you finds its answer in the log/,
    ],
  ])('%s: nothing is queued, and the card says why', async (behaviour, why) => {
    expectConsoleError(REFUSED);
    mailService(behaviour);
    await visit('demo', overTheWire).post('/sign-in/link', { email: carla });
    expect(queued()).toEqual([]);
    expect(await storedMails()).toMatchObject([{ state: 'failed', tries: 1 }]);
    const { card, home } = await adminPages();
    expect(card).toMatch(why);
    expect(home).toMatch(why);
    expect(card + home).not.toMatch(/upstream/);
  });
});

test('a mail service that hangs: two tries, then the queue', async () => {
  expectConsoleError(REFUSED);
  mailService('hangs', 'hangs', 'takes it over (202)');
  const browser = visit('demo', overTheWire);
  await withoutWaiting(() => browser.post('/sign-in/link', { email: carla }));
  expect(await storedMails()).toMatchObject([{ state: 'waiting', tries: 1 }]);
  await passPause();
  expect(await storedMails()).toMatchObject([{ state: 'accepted', tries: 2 }]);
  expect((await browser.get(linkIn(lastMail()))).status).toBe(303);
});

test('a mail to a new address: waits and arrives as well', async () => {
  expectConsoleError(REFUSED);
  moveClock(0);
  mailService(DOWN, DOWN, 'takes it over (202)');
  const browser = visit('app', overTheWire);
  await browser.post('/sign-in/link', { email: 'newowner@fresh.test' });
  await passPause();
  const origin = 'http://app.portal.localhost';
  expect(new URL(linkIn(lastMail())).origin).toBe(origin);
  expect((await browser.get(linkIn(lastMail()))).status).toBe(303);
});
