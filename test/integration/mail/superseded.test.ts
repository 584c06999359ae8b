import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, lars, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { epochAndSessions, rows, usedOnce } from '../../support/database.ts';
import { type Behaviour, textOf } from '../../support/doubles/mailchannels/send.ts';
import { codeIn, linkIn, type Mail } from '../../support/mail.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { deliverQueued, enqueue, type Queued, queued } from '../../support/queue.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

// Somebody asks again while their mail waits to be tried again: when the trouble is over, one mail, not one for each.

const DOWN: Behaviour = '429';
const UP: Behaviour = 'takes it over (202)';
const overTheWire = { ...env, MAIL_TRANSPORT: 'mailchannels' };

beforeEach(() => {
  moveClock(0);
  expectConsoleError(/"what":"mail refused"/);
});

/** Asks once a second while the mail service is down: as many mails wait, each tried once. */
async function askWhileDown(browser: Visitor, times: number, email = carla) {
  mailService(DOWN);
  for (let asked = 0; asked < times; asked += 1) {
    moveClock(seconds(1));
    await browser.post('/sign-in/link', { email });
  }
  mailService(UP);
  moveClock(seconds(15));
}

/** What became of the mails, oldest order first. */
async function states() {
  const all = await rows('SELECT state FROM mails ORDER BY created_at, rowid');
  return all.map(({ state }) => state);
}

/** The mails that arrived in the end: those on the wire from here on. */
function mailsSince(before: number): Mail[] {
  return onTheWire()
    .slice(before)
    .map((mail) => ({ text: textOf(mail) }) as Mail);
}

async function card(): Promise<string> {
  const owner = await visit('app').signInAs(olivia);
  const page = await (await owner.get(`/w/demo/contacts/${carlaAtDemo}`)).text();
  return page.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');
}

test('five requests, mail service down: one mail afterwards, and it works', async () => {
  const browser = visit('demo', overTheWire);
  await askWhileDown(browser, 5);
  const before = onTheWire().length;
  await deliverQueued(overTheWire);
  expect(queued()).toEqual([]);
  expect(await states()).toEqual(['dropped', 'dropped', 'dropped', 'dropped', 'accepted']);
  const [mail, ...more] = mailsSince(before);
  expect(more).toEqual([]);
  expect(await card()).toContain('The mail was no longer needed: they asked for a newer link');
  expect((await visit('demo').get(linkIn(mail))).status, 'elsewhere, a button').toBe(200);
  expect((await browser.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('the newer mail has arrived at its first try: the older one is not tried again', async () => {
  const browser = visit('demo', overTheWire);
  await askWhileDown(browser, 1);
  await browser.post('/sign-in/link', { email: carla });
  const before = onTheWire().length;
  await deliverQueued(overTheWire);
  expect(onTheWire()).toHaveLength(before);
  expect(await states()).toEqual(['dropped', 'accepted']);
});

test('the older mail has arrived: it stays valid beside the newer one', async () => {
  const browser = visit('demo', overTheWire);
  await askWhileDown(browser, 1);
  const before = onTheWire().length;
  await deliverQueued(overTheWire);
  moveClock(seconds(1));
  await browser.post('/sign-in/link', { email: carla });
  const [older, newer] = mailsSince(before);
  expect(await states()).toEqual(['accepted', 'accepted']);
  for (const mail of [newer, older]) {
    expect((await visit('demo').get(linkIn(mail))).status).toBe(200);
  }
  expect((await browser.get(linkIn(older))).status).toBe(303);
});

describe('two requests, two mails', () => {
  test('two browsers: both mails are sent, each with its own code', async () => {
    const [one, other] = [visit('demo', overTheWire), visit('demo', overTheWire)];
    await askWhileDown(one, 1);
    await askWhileDown(other, 1);
    const before = onTheWire().length;
    await deliverQueued(overTheWire);
    expect(await states()).toEqual(['accepted', 'accepted']);
    const codes = mailsSince(before).map(codeIn);
    expect(new Set(codes).size).toBe(2);
  });

  test('two addresses in one browser: both mails are sent', async () => {
    await env.DB.prepare('UPDATE contacts SET portal_access = 1').run();
    const browser = visit('demo', overTheWire);
    await askWhileDown(browser, 1);
    await askWhileDown(browser, 1, lars);
    await deliverQueued(overTheWire);
    expect(await states()).toEqual(['accepted', 'accepted']);
  });

  test('the older request has expired: both mails are sent', async () => {
    const browser = visit('demo', overTheWire);
    await askWhileDown(browser, 1);
    moveClock(minutes(10));
    await askWhileDown(browser, 1);
    await deliverQueued(overTheWire);
    expect(await states()).toEqual(['accepted', 'accepted']);
  });
});

describe('two requests, and the newer mail fails', () => {
  test('refused for good: the older mail is sent', async () => {
    const browser = visit('demo', overTheWire);
    await askWhileDown(browser, 1);
    mailService('400', UP);
    await browser.post('/sign-in/link', { email: carla });
    await deliverQueued(overTheWire);
    expect(await states()).toEqual(['accepted', 'failed']);
  });

  test.each([
    ['has not been tried, by a Worker that may be gone', "state = 'waiting', tries = 0"],
    ['is being sent, and may have been cut off', "state = 'sending'"],
    ['was given up', "state = 'given-up'"],
  ])('it %s: the older mail is sent', async (_what, state) => {
    const browser = visit('demo', overTheWire);
    await askWhileDown(browser, 2);
    const [older] = queued();
    await env.DB.prepare(
      `UPDATE mails SET ${state} WHERE created_at = (SELECT max(created_at) FROM mails)`,
    ).run();
    await deliverOnly(older);
    expect((await states())[0]).toBe('accepted');
  });
});

describe('at the same time', () => {
  test.each([
    ['older first', (all: Queued[]) => all],
    ['newer first', (all: Queued[]) => all.toReversed()],
  ])('one batch, each message twice, %s: the newest mail is sent, once', async (_how, order) => {
    await askWhileDown(visit('demo', overTheWire), 6);
    const before = onTheWire().length;
    const messages = order([...queued()]);
    for (const { body } of order([...messages])) enqueue(body);
    await deliverQueued(overTheWire);
    moveClock(minutes(2));
    await deliverQueued(overTheWire);
    expect(queued()).toEqual([]);
    expect(onTheWire()).toHaveLength(before + 1);
    expect(await states()).toEqual([...Array(5).fill('dropped'), 'accepted']);
  });

  test.each([0, 1, 2, 3, 4])(
    'two batches, the first %i ms after the other: the newest always arrives',
    async (pause) => {
      await askWhileDown(visit('demo', overTheWire), 2);
      const [older, newer] = queued();
      await Promise.all([deliverOnly(newer), later(pause, () => deliverOnly(older))]);
      const [first, second] = await states();
      expect(second).toBe('accepted');
      expect(['dropped', 'accepted']).toContain(first);
    },
  );

  test.each([0, 1, 2, 4, 8])(
    'the older one %i ms after the newer one’s first try: the newer always arrives',
    async (pause) => {
      const browser = visit('demo', overTheWire);
      await askWhileDown(browser, 1);
      await Promise.all([
        browser.post('/sign-in/link', { email: carla }),
        later(pause, () => deliverQueued(overTheWire)),
      ]);
      const [first, second] = await states();
      expect(second).toBe('accepted');
      expect(['dropped', 'accepted']).toContain(first);
    },
  );
});

/** One message in a batch of its own; the others are forgotten. */
async function deliverOnly(message: Queued | undefined) {
  const rest = queued();
  (rest as Queued[]).splice(0);
  enqueue(message?.body);
  return deliverQueued(overTheWire);
}

async function later<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return work();
}
