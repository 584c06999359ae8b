import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../worker/values/duration.ts';
import { demoId, olivia, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { textOf } from '../../support/doubles/mailchannels/send.ts';
import { wrongCode } from '../../support/mail.ts';
import { domainService, mailService, onTheWire } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import {
  activeSender,
  codeFor,
  EMAIL,
  enter,
  HELLO,
  mailsTo,
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
import { copyOf, tally, type Visitor, visit } from '../../support/visitor.ts';

const RIVALS = '/w/rival/settings/email';
const CONFIRMATION = `${EMAIL}/confirmation`;

/** An address that waits for its code, and the code. */
async function entered(address = HELLO): Promise<{ owner: Visitor; code: string }> {
  const owner = await signedInOwner();
  expect((await owner.post(EMAIL, { email: address })).status).toBe(303);
  return { owner, code: codeFor(address) };
}

async function isConfirmed(workspace = demoId): Promise<boolean> {
  return (await sender(workspace))?.confirmed_at !== null;
}

async function rivalsSender() {
  const [row] = await rows(
    "SELECT senders.* FROM senders JOIN workspaces ON workspaces.id = workspace_id WHERE slug = 'rival'",
  );
  return row;
}

describe('the code that confirms', () => {
  test('of another workspace with the same address at the same moment: refused', async () => {
    moveClock(0);
    const { owner, code } = await entered();
    const rival = await signedInOwner(rita);
    await rival.post(RIVALS, { email: HELLO });
    expect(codeFor(HELLO)).not.toBe(code);
    expect((await rival.post(`${RIVALS}/confirmation`, { code })).status).toBe(422);
    const theirs = codeFor(HELLO);
    expect((await owner.post(CONFIRMATION, { code: theirs })).status).toBe(422);
    expect(await isConfirmed()).toBe(false);
    expect((await rivalsSender())?.confirmed_at).toBeNull();
  });

  test('of an older mail: refused, and the newer code works', async () => {
    const { owner, code } = await entered();
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
    const { owner, code } = await entered();
    await owner.post(EMAIL, { email: 'victim@bank.example' });
    expect((await owner.post(CONFIRMATION, { code })).status).toBe(422);
    await owner.post(EMAIL, { email: HELLO });
    expect((await owner.post(CONFIRMATION, { code })).status).toBe(422);
    expect(await isConfirmed()).toBe(false);
  });

  test('after half an hour: refused, to the millisecond', async () => {
    moveClock(0);
    const { owner, code } = await entered();
    moveClock(minutes(30));
    const late = await owner.post(CONFIRMATION, { code });
    expect(late.status).toBe(422);
    expect(await read(late)).toContain('That code is too old.');
    moveClock(-1);
    expect((await owner.post(CONFIRMATION, { code })).status).toBe(303);
  });

  test('six wrong codes at once: five are judged, and then the right one is refused', async () => {
    const { owner, code } = await entered();
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
    const { owner, code } = await entered();
    await Promise.all([1, 2].map(() => owner.post(CONFIRMATION, { code })));
    expect(await recorded()).toEqual(['sender_confirmed']);
  });

  test('a malformed code: not counted; spaces, hyphens and small letters work', async () => {
    const { owner, code } = await entered();
    for (let tries = 0; tries < 8; tries += 1) {
      expect((await owner.post(CONFIRMATION, { code: 'not a code' })).status).toBe(422);
    }
    const typed = ` ${code.toLowerCase().slice(0, 3)}-${code.slice(3)} `;
    expect((await owner.post(CONFIRMATION, { code: typed })).status).toBe(303);
  });

  test('after a rotation of the secret: works; after its replacement: refused', async () => {
    const { owner, code } = await entered();
    const fresh = 'another-session-secret-for-tests-only-012345';
    const rotated = { ...withDomains, SESSION_SECRET: `${fresh},${env.SESSION_SECRET}` };
    const replaced = { ...withDomains, SESSION_SECRET: fresh };
    const elsewhere = await visit('app', { ...env, SESSION_SECRET: fresh }).signInAs(olivia);
    expect((await copyOf(elsewhere, replaced).post(CONFIRMATION, { code })).status).toBe(422);
    expect(await isConfirmed()).toBe(false);
    expect((await copyOf(owner, rotated).post(CONFIRMATION, { code })).status).toBe(303);
    expect(await isConfirmed()).toBe(true);
  });

  test('at rest: neither in D1 nor in the queue', async () => {
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
    const { owner } = await entered();
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

describe('the domain of another workspace', () => {
  test('set up there: its records prove nothing here', async () => {
    await activeSender();
    const rival = await signedInOwner(rita);
    await enter(rival, `intern@${STUDIO}`, 'rival');
    await rival.post(`${RIVALS}/check`);
    for (let hour = 0; hour < 3; hour += 1) await runSchedule();
    expect(await rivalsSender()).toMatchObject({
      confirmed_at: expect.any(Number),
      verified_at: null,
    });
    await visit('rival', withDomains).post('/sign-in/link', { email: 'client@rival.test' });
    expect(mailsTo('client@rival.test').map(({ body }) => body.from.email)).toEqual([PLATFORM]);
    const [mine, theirs] = [await sender(), await rivalsSender()];
    expect(mine?.selector).toMatch(/^lk[a-z2-7]{10}$/);
    expect(theirs?.selector).toMatch(/^lk[a-z2-7]{10}$/);
    expect(theirs?.selector).not.toBe(mine?.selector);
    expect(await sender(), 'nothing happened to the first').toMatchObject({ broken_at: null });
  });

  test('form fields beyond the address: neither selector nor state can be chosen', async () => {
    await activeSender();
    const [key] = domainService.keys;
    const rival = await signedInOwner(rita);
    await rival.post(RIVALS, {
      email: `intern@${STUDIO}`,
      selector: key?.selector ?? '',
      confirmed_at: '1',
      verified_at: '1',
      use: 'from',
      workspace_id: demoId,
    });
    expect(await rivalsSender()).toMatchObject({ confirmed_at: null, verified_at: null });
    expect((await rivalsSender())?.selector).not.toBe(key?.selector);
  });

  test('all records right, and the address not confirmed: no mail leaves from it', async () => {
    const { owner } = await entered();
    domainService.publish(STUDIO);
    await owner.post(`${EMAIL}/check`);
    await runSchedule();
    expect(await sender()).toMatchObject({ confirmed_at: null, verified_at: null });
    await visit('demo', withDomains).post('/sign-in/link', { email: 'client@demo.test' });
    expect(onTheWire().at(-1)?.body).toMatchObject({
      from: { email: PLATFORM },
      reply_to: { email: 'hello@demo.test' },
    });
  });
});

describe('an address that cannot be a sender', () => {
  test.each([
    ['nothing', ''],
    ['a display name', 'Demo <hello@studio.example>'],
    ['two', 'hello@studio.example, other@studio.example'],
    ['a header', 'hello@studio.example\r\nBcc: victim@bank.example'],
    ['a line break', 'hello@studio.example\nX: y'],
    ['marks that turn the writing', 'hello@studio.example\u202e'],
    ['an invisible space', 'hel\u200blo@studio.example'],
    ['a full-width at sign', 'hello＠studio.example'],
    ['a Kelvin sign', 'hello@studio\u212a.example'],
    ['a quoted part', '"hello world"@studio.example'],
    ['an IP address', 'hello@[192.0.2.1]'],
    ['no domain', 'hello@localhost'],
    ['a path', 'hello@studio.example/../../x'],
    ['the platform’s sender', PLATFORM],
    ['an address at the platform', 'ceo@portal.localhost'],
    ['an address at a portal', 'hello@demo.portal.localhost'],
  ])('%s: 422 with what was typed, and nothing happens', async (_what, typed) => {
    const owner = await signedInOwner();
    const answer = await owner.post(EMAIL, { email: typed });
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html).toContain('name="email"');
    if (/^[\w@.]+$/.test(typed)) expect(html).toContain(`value="${typed}"`);
    expect(await sender()).toBeUndefined();
    expect(onTheWire()).toEqual([]);
    expect(domainService.asked).toEqual([]);
  });

  test('HTML in the field: shown as text', async () => {
    const owner = await signedInOwner();
    const answer = await owner.post(EMAIL, { email: '"><script>alert(1)</script>@x.example' });
    expect(await answer.text()).not.toContain('<script>alert');
  });

  test('a workspace’s name that would break a header: on one line in the mail', async () => {
    await env.DB.prepare("UPDATE workspaces SET name = ? WHERE slug = 'demo'")
      .bind('Evil\r\nBcc: x\u202e <b>Studio</b>')
      .run();
    await entered();
    const [mail] = mailsTo(HELLO);
    expect(mail?.body.subject).not.toMatch(/[\r\n]/);
    expect(textOf(mail)).toContain('“Evil Bcc: x <b>Studio</b>”');
    expect(JSON.stringify(mail?.body)).not.toMatch(/\u202e|<b>Studio<\/b>(?!”)/);
  });
});

describe('an address for replies only', () => {
  test.each<[string, string, Env, string]>([
    ['a free mail service', 'carla.writes@gmail.com', withDomains, 'free-mail'],
    [
      'no account at the mail service',
      HELLO,
      { ...withDomains, MAILCHANNELS_ACCOUNT: '' },
      'no-domains',
    ],
    [
      'Cloudflare as the mail service',
      HELLO,
      { ...withDomains, MAIL_TRANSPORT: 'cloudflare' },
      'no-domains',
    ],
  ])(
    '%s: no records and no look-ups; replies reach it once it is confirmed',
    async (_what, address, bindings) => {
      const mailed: unknown[] = [];
      const there = {
        ...bindings,
        EMAIL: {
          send: async (mail: unknown) => {
            mailed.push(mail);
            return { messageId: '<m-1@cloudflare.test>' };
          },
        },
      };
      const owner = await signedInOwner(olivia, there);
      expect((await owner.post(EMAIL, { email: address })).status).toBe(303);
      expect(await sender()).toMatchObject({ use: 'reply-to', selector: null, confirmed_at: null });
      const text = mailed.length > 0 ? JSON.stringify(mailed) : textOf(mailsTo(address).at(-1));
      const code = /Your code is (\w{6})/.exec(text)?.[1] ?? '';
      expect((await owner.post(CONFIRMATION, { code })).status).toBe(303);
      await owner.post(`${EMAIL}/check`);
      await runSchedule(there);
      expect(domainService.asked).toEqual([]);
      await visit('demo', there).post('/sign-in/link', { email: 'client@demo.test' });
      const sent = JSON.stringify(mailed.at(-1) ?? onTheWire().at(-1)?.body);
      expect(sent).toMatch(new RegExp(`"reply_?to":\\{"email":"${address}"`, 'i'));
      expect(sent).toContain('"email":"portal@portal.localhost"');
    },
  );
});

describe('limits', () => {
  test('ten codes an hour for a workspace: then 429, no mail, and the sender stays', async () => {
    const owner = await signedInOwner();
    const answers: Response[] = [];
    for (let nth = 0; nth < 12; nth += 1) {
      answers.push(await owner.post(EMAIL, { email: `n${nth}@${STUDIO}` }));
    }
    expect(tally(answers)).toEqual({ 303: 10, 429: 2 });
    expect(onTheWire()).toHaveLength(10);
    expect(await sender()).toMatchObject({ address: `n9@${STUDIO}` });
    expect((await owner.post(`${EMAIL}/code`)).status).toBe(429);
    moveClock(hours(1));
    expect((await owner.post(`${EMAIL}/code`)).status).toBe(303);
  });

  test('five codes a day to one address: over all workspaces and spellings', async () => {
    const [owner, rival] = [await signedInOwner(), await signedInOwner(rita)];
    for (const email of ['Victim@bank.example', 'other@x.example', 'victim@BANK.example']) {
      await owner.post(EMAIL, { email });
    }
    await owner.post(`${EMAIL}/code`);
    await rival.post(RIVALS, { email: 'victim@bank.example' });
    expect((await rival.post(`${RIVALS}/code`)).status).toBe(303);
    expect((await rival.post(`${RIVALS}/code`)).status).toBe(429);
    expect((await owner.post(`${EMAIL}/code`)).status).toBe(429);
    const sent = onTheWire().filter(({ body }) =>
      /victim/i.test(JSON.stringify(body.personalizations)),
    );
    expect(sent).toHaveLength(5);
    const keys = await rows("SELECT key FROM tries WHERE key LIKE 'sender/address:%'");
    expect(JSON.stringify(keys), 'counted by a hash').not.toMatch(/victim|bank/i);
  });

  test('five codes a day to one mailbox: over all of its names', async () => {
    const owner = await signedInOwner();
    const answers: Response[] = [];
    for (const name of [
      'victim',
      'victim+1',
      'vic.tim',
      'v.i.c.t.i.m+x',
      'VICTIM+y',
      'victim+z+z',
    ]) {
      answers.push(await owner.post(EMAIL, { email: `${name}@bank.example` }));
    }
    expect(tally(answers)).toEqual({ 303: 5, 429: 1 });
    expect(onTheWire()).toHaveLength(5);
    expect((await owner.post(EMAIL, { email: 'victim@other.example' })).status).toBe(303);
    expect((await owner.post(EMAIL, { email: '+victim@bank.example' })).status).toBe(303);
  });

  test('thirty codes a day for a member: over all of their workspaces', async () => {
    const owner = await signedInOwner();
    const answers: Response[] = [];
    for (let nth = 0; nth < 7; nth += 1) {
      await owner.post('/workspaces/new', { name: 'Mine', slug: `mine-${nth}` });
      for (let code = 0; code < 5; code += 1) {
        const email = `n${nth}-${code}@${STUDIO}`;
        answers.push(await owner.post(`/w/mine-${nth}/settings/email`, { email }));
      }
    }
    expect(tally(answers)).toEqual({ 303: 30, 429: 5 });
    expect(onTheWire()).toHaveLength(30);
    const rival = await signedInOwner(rita);
    expect((await rival.post(RIVALS, { email: `r@${STUDIO}` })).status).toBe(303);
    moveClock(days(1));
    expect((await (await signedInOwner()).post(EMAIL, { email: HELLO })).status).toBe(303);
  });

  test('thirty checks an hour: then 429', async () => {
    const { owner } = await entered();
    const answers: Response[] = [];
    for (let nth = 0; nth < 32; nth += 1) answers.push(await owner.post(`${EMAIL}/check`));
    expect(tally(answers)).toEqual({ 303: 30, 429: 2 });
    expect(domainService.asked.filter((what) => what === 'POST check-domain')).toHaveLength(31);
  });
});

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
