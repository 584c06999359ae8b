import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { days, minutes, seconds } from '../../../worker/values/duration.ts';
import { watchBindings, withoutQueue } from '../../support/bindings.ts';
import { carla, carlaAtDemo, olivia } from '../../support/cast.ts';
import { moveClock, withoutWaiting } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, epochAndSessions, rows, usedOnce } from '../../support/database.ts';
import { type Behaviour, textOf } from '../../support/doubles/mailchannels/send.ts';
import { codeIn, linkIn, type Mail } from '../../support/mail.ts';
import { mailService, onTheWire, whenMailed } from '../../support/network.ts';
import { deliverQueued, enqueue, loseQueued, queued } from '../../support/queue.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

const REFUSED = /"what":"mail refused"/;
const DOWN: Behaviour = '500 with HTML';
/** Over MailChannels, as a deployment does. */
const overTheWire = { ...env, MAIL_TRANSPORT: 'mailchannels' };

/** Carla asks while the mail service is down: the mail waits in the queue. */
async function askWhileDown(...then: Behaviour[]): Promise<Visitor> {
  moveClock(0);
  expectConsoleError(REFUSED);
  mailService(DOWN, DOWN, ...then);
  const browser = visit('demo', overTheWire);
  await browser.post('/sign-in/link', { email: carla });
  expect(queued()).toHaveLength(1);
  return browser;
}

/** As long passes as the queue has been asked to wait; then it delivers. */
async function passPause(bindings: Env = overTheWire) {
  moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
  return deliverQueued(bindings);
}

async function mails() {
  return rows('SELECT state, tries, reason, provider_id FROM mails ORDER BY created_at');
}

/** The last mail on the wire, for `linkIn` and `codeIn`. */
function lastMail(): Mail {
  const text = textOf(onTheWire().at(-1));
  return { text } as Mail;
}

/** What the card and Home say, as text. */
async function atTheDesk(): Promise<{ card: string; home: string }> {
  const owner = await visit('app').signInAs(olivia);
  const read = async (path: string) => {
    const page = await (await owner.get(path)).text();
    return page.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' ');
  };
  const [card, home] = [await read(`/w/demo/contacts/${carlaAtDemo}`), await read('/w/demo')];
  return { card: card.replace(/\s+/g, ' '), home: home.replace(/\s+/g, ' ') };
}

describe('the mail service is down', () => {
  test('for the first tries: the mail arrives by the queue, and its link and code work', async () => {
    const browser = await askWhileDown(DOWN, DOWN, DOWN, DOWN, 'takes it over (202)');
    const pauses: number[] = [];
    while (queued().length > 0) {
      pauses.push(queued()[0]?.delaySeconds ?? 0);
      await passPause();
    }
    expect(pauses).toEqual([15, 30, 60]);
    expect(await mails()).toEqual([
      { state: 'accepted', tries: 4, reason: '', provider_id: '<m-1@mailchannels.test>' },
    ]);
    const mail = lastMail();
    expect(mail.text).toContain('The link works for 10 minutes, the code for 8, once.');
    expect((await visit('demo').get(linkIn(mail))).status, 'elsewhere, a button').toBe(200);
    expect((await browser.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
    const { card, home } = await atTheDesk();
    expect(card).toContain('The mail was accepted by the mail service: at try 4');
    expect(home).not.toContain('Carla Client A sign-in mail');
  });

  test('until codes have lapsed: the late mail has a fresh link that works, and no code', async () => {
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

  test('for good: given up when it is useless, nothing is left in the queue, and the card says why', async () => {
    await askWhileDown();
    const [asked] = await rows("SELECT at FROM activity WHERE kind = 'link_sent'");
    let tries = 1;
    for (; queued().length > 0; tries += 1) await passPause();
    expect(tries).toBe(8);
    expect(Date.now() - Number(asked?.at)).toBeLessThan(minutes(30));
    expect(await mails()).toMatchObject([{ state: 'given-up', tries: 8, reason: 'service-error' }]);
    expect(onTheWire()).toHaveLength(16);
    const failures = await rows("SELECT detail FROM activity WHERE kind = 'link_failed'");
    expect(failures).toHaveLength(1);
    const { card, home } = await atTheDesk();
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
    expect(await mails()).toMatchObject([{ state: 'given-up', tries: 1 }]);
  });

  test('meanwhile: card and Home say that the mail waits, and why', async () => {
    await askWhileDown();
    const { card, home } = await atTheDesk();
    expect(card, 'newest first').toMatch(/The mail is waiting .* Asked for a sign-in link/);
    expect(card).toContain(
      'The mail is waiting to be sent: the mail service has trouble of its own; it is tried again by itself',
    );
    expect(home).toContain('A sign-in mail is waiting: the mail service has trouble of its own.');
    const rival = await visit('app').signInAs('owner@rival.test');
    expect(await (await rival.get('/w/rival')).text()).not.toContain('is waiting');
  });
});

describe('at most one mail that was accepted', () => {
  test('the same message ten times, at once and again later: sent once', async () => {
    await askWhileDown('takes it over (202)');
    const [message] = queued();
    for (let copies = 1; copies < 10; copies += 1) enqueue(message?.body);
    const before = onTheWire().length;
    await passPause();
    await passPause();
    moveClock(minutes(2));
    await deliverQueued(overTheWire);
    expect(queued()).toEqual([]);
    expect(onTheWire().length - before).toBe(1);
    expect(await mails()).toMatchObject([{ state: 'accepted', tries: 2 }]);
  });

  test('a copy of the message comes while the mail is being sent: it waits, and calls nothing cut off', async () => {
    await askWhileDown();
    moveClock(seconds(15));
    await env.DB.prepare("UPDATE mails SET state = 'sending', tried_at = ?").bind(Date.now()).run();
    expect(await deliverQueued(overTheWire)).toEqual({ acked: 0, retried: 1 });
    expect(await mails()).toMatchObject([{ state: 'sending' }]);
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_failed'")).toEqual([]);
  });

  test('a copy of the message is given up after the mail was accepted: it stays accepted', async () => {
    await askWhileDown('takes it over (202)');
    const [message] = queued();
    await passPause();
    enqueue(message?.body);
    expect(await deliverQueued(overTheWire, 'latchkey-mail-dead')).toEqual({
      acked: 1,
      retried: 0,
    });
    expect(await mails()).toMatchObject([{ state: 'accepted' }]);
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_failed'")).toEqual([]);
  });

  test('D1 fails after the mail service took it over: never sent again, and the card says so', async () => {
    const meter = watchBindings();
    const bindings = { ...meter.bindings, MAIL_TRANSPORT: 'mailchannels' };
    await visit('demo', bindings).get('/sign-in');
    expectConsoleError(/"what":"deliver a mail".*no such database/);
    moveClock(0);
    whenMailed(() => {
      meter.down.d1 = true;
    });
    await visit('demo', bindings).post('/sign-in/link', { email: carla });
    meter.down.d1 = false;
    expect(onTheWire()).toHaveLength(1);
    expect(await mails()).toMatchObject([{ state: 'sending', tries: 1 }]);
    while (queued().length > 0) await passPause(bindings);
    expect(onTheWire()).toHaveLength(1);
    expect(await mails()).toMatchObject([{ state: 'failed' }]);
    const { card, home } = await atTheDesk();
    expect(card).toMatch(/Nobody knows whether the sign-in mail left\W+sending was cut off;/);
    expect(home).toContain('Nobody knows whether a sign-in mail left: sending was cut off;');
    expect(card + home).not.toContain('could not be sent');
  });

  test('a Worker that was cut off while sending: the card says so by itself', async () => {
    await askWhileDown();
    await env.DB.prepare("UPDATE mails SET state = 'sending'").run();
    expect((await atTheDesk()).card).not.toContain('Nobody knows');
    moveClock(minutes(2));
    expect((await atTheDesk()).card).toContain('Nobody knows whether the mail left');
  });
});

describe('what changed while the mail waited', () => {
  test.each<[string, (owner: Visitor) => Promise<unknown>]>([
    [
      'access off',
      (owner) => owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'off' }),
    ],
    [
      'access off, and on again',
      async (owner) => {
        await owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'off' });
        await owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'on' });
      },
    ],
    [
      'another address',
      (owner) => owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'C', email: 'c@new.test' }),
    ],
    ['signed in by another mail', () => visit('demo').signInAs(carla)],
    ['deleted', (owner) => owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`)],
  ])(
    '%s: nothing is sent, nothing waits, and nothing is called a failure',
    async (what, change) => {
      await askWhileDown('takes it over (202)');
      await change(await visit('app').signInAs(olivia));
      const before = { wire: onTheWire().length, kv: (await dump()).kv };
      await passPause();
      expect(queued()).toEqual([]);
      expect(onTheWire()).toHaveLength(before.wire);
      expect((await dump()).kv, 'no link was minted').toEqual(before.kv);
      expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_failed'")).toEqual([]);
      const states = await rows('SELECT state FROM mails WHERE tries = 1 AND provider_id IS NULL');
      expect(states).toEqual(what === 'deleted' ? [] : [{ state: 'dropped' }]);
      if (what === 'deleted') return;
      expect((await atTheDesk()).card).toContain('The mail was no longer needed');
    },
  );

  test('the brand and the address of the portal: the mail carries what is stored now', async () => {
    await askWhileDown('takes it over (202)');
    const stored = "UPDATE workspaces SET name = 'New Name', slug = 'renamed', portal_contact = ''";
    await env.DB.prepare(`${stored} WHERE slug = 'demo'`).run();
    await passPause();
    const mail = onTheWire().at(-1);
    expect(mail?.body).toMatchObject({
      subject: 'Sign in to New Name',
      from: { name: 'New Name' },
      reply_to: { email: olivia },
      personalizations: [{ to: [{ email: carla }] }],
    });
    expect(new URL(linkIn(lastMail())).origin).toBe('http://renamed.portal.localhost');
  });
});

describe('the message in the queue', () => {
  test('holds no token, code, verifier, address or secret', async () => {
    const browser = await askWhileDown('takes it over (202)');
    const message = JSON.stringify(queued()[0]?.body);
    const { vfr } = decodeJwt(browser.cookies.get('__Host-asking') ?? '');
    await passPause();
    const mail = lastMail();
    const tokens = onTheWire().map((each) =>
      linkIn({ text: textOf(each) } as Mail)
        .split('/')
        .at(-1),
    );
    expect(new Set(tokens).size, 'each try has a link of its own').toBe(2);
    for (const secret of [
      ...tokens,
      codeIn(mail),
      vfr,
      carla,
      env.SESSION_SECRET,
      env.PASSWORD_PEPPER,
      env.MAILCHANNELS_API_KEY,
    ]) {
      expect(message).not.toContain(String(secret));
    }
    expect(Object.keys(JSON.parse(message)).toSorted()).toEqual([
      'at',
      'client',
      'kind',
      'link',
      'mail',
    ]);
  });

  test('is all that is needed after a deploy: another isolate sends it', async () => {
    await askWhileDown('takes it over (202)');
    moveClock(seconds(15));
    await deliverQueued({ ...overTheWire });
    expect(await mails()).toMatchObject([{ state: 'accepted' }]);
  });

  test('as the version before wrote it: sent, and it says where it was asked for', async () => {
    await askWhileDown('takes it over (202)');
    const { client: _client, ...job } = JSON.parse(JSON.stringify(queued()[0]?.body));
    loseQueued();
    enqueue({ ...job, seen: { device: 'Opera on Plan 9', place: 'Lisbon, PT' } });
    moveClock(seconds(15));
    await deliverQueued(overTheWire);
    expect(await mails()).toMatchObject([{ state: 'accepted' }]);
    expect(textOf(onTheWire().at(-1))).toContain('Asked from Opera on Plan 9, Lisbon, PT, on');
  });

  // hackathon-starter#1326, by way of the queue
  test.each<[string, (order: Record<string, unknown>) => unknown]>([
    ['a host', (order) => ({ ...order, origin: 'http://evil.test', host: 'evil.test' })],
    ['a recipient', (order) => ({ ...order, to: 'thief@evil.test', address: 'thief@evil.test' })],
    [
      'a door',
      (order) => ({
        ...order,
        door: { kind: 'portal', workspace: 'x', origin: 'http://evil.test' },
      }),
    ],
  ])(
    'that was given %s: links and recipients are the stored ones all the same',
    async (_what, forge) => {
      await askWhileDown('takes it over (202)');
      const forged = forge(JSON.parse(JSON.stringify(queued()[0]?.body)));
      await passPause();
      await env.DB.prepare("UPDATE mails SET state = 'waiting'").run();
      enqueue(forged);
      await deliverQueued(overTheWire);
      const sent = onTheWire();
      expect(sent).toHaveLength(4);
      expect(JSON.stringify(sent)).not.toContain('evil');
      for (const mail of sent) {
        expect(mail.body.personalizations).toEqual([{ to: [{ email: carla }] }]);
        const link = linkIn({ text: textOf(mail) } as Mail);
        expect(new URL(link).origin).toBe('http://demo.portal.localhost');
      }
    },
  );

  test.each([null, 'text', 7, {}, { kind: 'sign-in' }, { kind: 'other', mail: 'x' }, []])(
    'that is none of ours (%j) is logged and let go, from both queues',
    async (body) => {
      expectConsoleError(/"what":"read a message of the queue".*is no job/);
      for (const queue of ['latchkey-mail', 'latchkey-mail-dead']) {
        enqueue(body);
        expect(await deliverQueued(env, queue)).toEqual({ acked: 1, retried: 0 });
      }
    },
  );
});

describe('our own side fails', () => {
  test.each(['kv', 'd1'] as const)(
    '%s down in the consumer: retried, and sent once it is back',
    async (which) => {
      await askWhileDown('takes it over (202)');
      const meter = watchBindings();
      const bindings = { ...meter.bindings, MAIL_TRANSPORT: 'mailchannels' };
      expectConsoleError(/"what":"deliver a mail"/);
      meter.down[which] = true;
      expect(await passPause(bindings)).toEqual({ acked: 0, retried: 1 });
      expect(await passPause(bindings)).toEqual({ acked: 0, retried: 1 });
      meter.down[which] = false;
      expect(await passPause(bindings)).toEqual({ acked: 1, retried: 0 });
      expect(await mails()).toMatchObject([{ state: 'accepted' }]);
      expect(onTheWire()).toHaveLength(3);
    },
  );

  test('for good: from the dead-letter queue it is given up, once, when the records are back', async () => {
    await askWhileDown();
    const meter = watchBindings();
    meter.down.d1 = true;
    expectConsoleError(/"what":"give a mail up"/);
    const [message] = queued();
    enqueue(message?.body);
    expect(await deliverQueued(meter.bindings, 'latchkey-mail-dead')).toEqual({
      acked: 0,
      retried: 2,
    });
    meter.down.d1 = false;
    expect(await deliverQueued(meter.bindings, 'latchkey-mail-dead')).toEqual({
      acked: 2,
      retried: 0,
    });
    expect(await mails()).toMatchObject([{ state: 'given-up', tries: 1 }]);
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_failed'")).toHaveLength(1);
  });

  test('the queue cannot be reached: failed, and the card says why', async () => {
    expectConsoleError(REFUSED);
    expectConsoleError(/"what":"queue a mail"/);
    mailService('429');
    await visit('demo', withoutQueue(overTheWire)).post('/sign-in/link', { email: carla });
    expect(await mails()).toMatchObject([{ state: 'failed', tries: 1 }]);
    expect((await atTheDesk()).card).toContain(
      'takes no more mail for the moment; it could not be kept for another try',
    );
  });

  test('settings broken meanwhile: mails wait until they are right, in both queues', async () => {
    await askWhileDown('takes it over (202)');
    expectConsoleError(/^Latchkey is not set up/);
    const broken = { ...overTheWire, SESSION_SECRET: 'short' };
    for (const queue of ['latchkey-mail', 'latchkey-mail-dead']) {
      expect(await deliverQueued(broken, queue)).toEqual({ acked: 0, retried: 1 });
    }
    await passPause();
    expect(await mails()).toMatchObject([{ state: 'accepted' }]);
  });
});

describe('refused for good', () => {
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
    expect(await mails()).toMatchObject([{ state: 'failed', tries: 1 }]);
    const { card, home } = await atTheDesk();
    expect(card).toMatch(why);
    expect(home).toMatch(why);
    expect(card + home).not.toMatch(/upstream/);
  });
});

describe('the notice of a changed password', () => {
  const PASSWORD = { password: 'seven quiet herons over the canal' };

  async function setWhileDown(): Promise<Visitor> {
    const client = await visit('demo').signInAs(carla);
    moveClock(0);
    expectConsoleError(REFUSED);
    mailService(DOWN, DOWN, 'takes it over (202)');
    const there = visit('demo', overTheWire);
    for (const [name, value] of client.cookies) there.cookies.set(name, value);
    expect((await there.post('/account/password', PASSWORD)).status).toBe(303);
    expect(queued()).toHaveLength(1);
    return there;
  }

  test('waits, arrives and is seen on the card', async () => {
    await setWhileDown();
    expect((await atTheDesk()).card).toContain('The notice about the password is waiting');
    await passPause();
    expect(onTheWire().at(-1)?.body).toMatchObject({
      subject: 'Your password for Demo Studio was set',
      personalizations: [{ to: [{ email: carla }] }],
    });
    expect((await atTheDesk()).card).toContain('The notice about the password was accepted');
  });

  test('is still worth sending hours later, and given up after a day', async () => {
    await setWhileDown();
    mailService(DOWN);
    const [ordered] = await rows("SELECT created_at AS at FROM mails WHERE kind = 'password'");
    let passes = 0;
    for (; queued().length > 0 && passes < 60; passes += 1) await passPause();
    expect(queued()).toEqual([]);
    expect(Date.now() - Number(ordered?.at)).toBeGreaterThan(days(1) - minutes(120));
    expect(passes, 'fewer than max_retries in wrangler.toml').toBeLessThan(50);
    expect((await atTheDesk()).card).toContain('The notice about the password could not be sent');
  });

  test('never goes to another address than the one it concerns', async () => {
    await setWhileDown();
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'Other', email: 'other@new.test' });
    const before = onTheWire().length;
    await passPause();
    expect(onTheWire()).toHaveLength(before);
    expect(queued()).toEqual([]);
  });
});

test('a mail service that hangs: two tries, then the queue', async () => {
  expectConsoleError(REFUSED);
  mailService('hangs', 'hangs', 'takes it over (202)');
  const browser = visit('demo', overTheWire);
  await withoutWaiting(() => browser.post('/sign-in/link', { email: carla }));
  expect(await mails()).toMatchObject([{ state: 'waiting', tries: 1 }]);
  await passPause();
  expect(await mails()).toMatchObject([{ state: 'accepted', tries: 2 }]);
  expect((await browser.get(linkIn(lastMail()))).status).toBe(303);
});

test('a newcomer’s mail waits and arrives like anybody’s', async () => {
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
