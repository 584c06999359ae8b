import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { NEW_DEVICES_PER_MEMBER } from '../../../worker/limits/rules.ts';
import { hours, minutes, seconds } from '../../../worker/values/duration.ts';
import { beforeStatement } from '../../support/bindings.ts';
import { carla, nobody, olivia, oliviaId, PASSPHRASE, rita } from '../../support/cast.ts';
import { moveClock, moveClockToMarch } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, rows } from '../../support/database.ts';
import { codeIn, type Mail } from '../../support/mail.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import {
  answerTo,
  copyOf,
  mailbox,
  typePassword,
  type Visitor,
  visit,
  withPassword,
} from '../../support/visitor.ts';

const BROWSER = '__Host-browser';
const SESSION = '__Host-session';
const DEVICES = 'http://app.portal.localhost/account/sessions';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0';
const IN_LISBON = {
  headers: { 'user-agent': FIREFOX },
  cf: { city: 'Lisbon', country: 'PT' },
};

/** The mails about new devices, newest first: all, or one member's. */
async function told(only?: string): Promise<Mail[]> {
  const all = (await mailbox()).filter(({ subject }) => subject.startsWith('New device'));
  return all.filter(({ to }) => only === undefined || to === only);
}

/** The same person in the same browser, signed out. */
async function signedOut(browser: Visitor): Promise<Visitor> {
  await browser.post('/sign-out');
  return browser;
}

/** A browser at the desk that has been signed in with as somebody else. */
async function browserOf(email: string): Promise<Visitor> {
  return signedOut(await visit('app').signInAs(email));
}

async function typeCode(browser: Visitor, email: string): Promise<Response> {
  return browser.post('/sign-in/code', { code: codeIn(await browser.ask(email)) }, IN_LISBON);
}

/** Every way in, in a browser that looks like Firefox in Lisbon. */
const WAYS: [method: string, signIn: (browser: Visitor) => Promise<Response>][] = [
  [
    'link',
    async (browser) => {
      const mail = await browser.ask(olivia);
      const path = /\/sign-in\/link\/[\w-]+/.exec(mail?.text ?? '')?.[0] ?? '';
      return browser.get(path, IN_LISBON);
    },
  ],
  ['code', (browser) => typeCode(browser, olivia)],
  [
    'password',
    (browser) =>
      browser.post('/sign-in/password', { email: olivia, password: PASSPHRASE }, IN_LISBON),
  ],
];

describe.each(WAYS)('a member signs in by %s', (method, signIn) => {
  test('in a new browser: told when, where, with what and how, and what to do', async () => {
    moveClock(0);
    await withPassword('app', olivia);
    expect(await told(), 'their first sign-in').toEqual([]);
    const year = moveClockToMarch();
    expect((await signIn(visit('app'))).status).toBe(303);
    const [mail, ...more] = await told();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      to: olivia,
      from: { name: 'Latchkey', email: 'portal@portal.localhost' },
      replyTo: null,
      subject: 'New device signed in to Latchkey',
    });
    const facts = `${olivia} was signed in at app.portal.localhost by ${method} on 1 Mar ${year} 23:30 UTC, from Firefox on Windows, Lisbon, PT.`;
    expect(mail?.text).toContain(facts);
    expect(mail?.html).toContain(facts);
    expect(mail?.text).toContain('Was it you? Then there is nothing to do.');
    const next = method === 'password' ? /knows your password: change it/ : /read your mail/;
    expect(mail?.text).toMatch(next);
    expect(mail?.text.match(/https?:\S+/g)).toEqual([DEVICES]);
    expect([...(mail?.html.matchAll(/href="([^"]+)"/g) ?? [])].map(([, to]) => to)).toEqual([
      DEVICES,
      DEVICES,
    ]);
  });

  test('in the same browser again, signed out or not: not told', async () => {
    const browser = await withPassword('app', olivia);
    expect((await signIn(browser)).status).toBe(303);
    expect((await signIn(await signedOut(browser))).status).toBe(303);
    expect(await told()).toEqual([]);
    expect(await rows('SELECT DISTINCT browser_hash FROM sessions')).toHaveLength(1);
  });

  test('in a browser that lost its cookies: told', async () => {
    const browser = await withPassword('app', olivia);
    browser.cookies.clear();
    expect((await signIn(browser)).status).toBe(303);
    expect(await told()).toHaveLength(1);
    expect((await signIn(await signedOut(browser))).status).toBe(303);
    expect(await told(), 'and known from then on').toHaveLength(1);
  });
});

test('what came of it says nothing to whoever came in', async () => {
  const known = await withPassword('app', olivia);
  async function seenBy(browser: Visitor): Promise<unknown> {
    const response = await typePassword(browser, olivia);
    const headers = [...response.headers].map(([name, value]) => [
      name,
      value.replace(/'nonce-[^']+'/g, 'nonce').replace(/(__Host-(?:session|browser)=)[^;]+/g, '$1'),
    ]);
    return { status: response.status, headers, length: (await response.arrayBuffer()).byteLength };
  }
  const knownSees = await seenBy(known);
  expect(await told()).toEqual([]);
  expect(await seenBy(visit('app'))).toEqual(knownSees);
  expect(await told()).toHaveLength(1);
});

test('the answer is there before anybody looks whether the browser is new', async () => {
  await withPassword('app', olivia);
  const request = new Request('http://app.portal.localhost/sign-in/password', {
    method: 'POST',
    headers: { origin: 'http://app.portal.localhost', 'cf-connecting-ip': '198.51.100.7' },
    body: new URLSearchParams({ email: olivia, password: PASSPHRASE }),
    redirect: 'manual',
  });
  let look = () => {};
  const looked = new Promise<void>((resolve) => {
    look = resolve;
  });
  const bindings = beforeStatement(/^update "sessions" set "browser_hash"/, () => looked);
  const { response, settled } = await answerTo(request, bindings);
  expect([response.status, await told()]).toEqual([303, []]);
  look();
  await settled();
  expect(await told()).toHaveLength(1);
});

describe('the cookie', () => {
  async function line(browser: Visitor, email = olivia): Promise<string | undefined> {
    const response = await typePassword(browser, email);
    return response.headers.getSetCookie().find((each) => each.startsWith(`${BROWSER}=`));
  }

  test('is of this host, for 400 days, and not for scripts', async () => {
    await withPassword('app', olivia);
    const set = await line(visit('app'));
    expect(set).toMatch(
      /^__Host-browser=[\w-]{22}; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  test('stays the same at every sign-in, whoever’s, and is kept for as long again', async () => {
    const browser = await withPassword('app', olivia);
    const name = browser.cookies.get(BROWSER);
    await browser.post('/sign-out');
    expect(browser.cookies.get(BROWSER), 'signed out').toBe(name);
    expect(await line(browser)).toContain(`${BROWSER}=${name}; Max-Age=34560000`);
    await (await signedOut(browser)).signInAs(rita);
    expect(browser.cookies.get(BROWSER)).toBe(name);
  });

  test('is set by nothing but a sign-in at the desk', async () => {
    const member = visit('app');
    for (const path of ['/sign-in', '/', '/sign-in/check-email']) await member.get(path);
    await member.ask(olivia);
    await member.post('/sign-in/code', { code: 'AAAAAA' });
    await typePassword(member, olivia, 'not what was chosen back then');
    expect(member.cookies.has(BROWSER)).toBe(false);
    await withPassword('demo', carla);
    const client = visit('demo');
    await typePassword(client, carla);
    expect(client.cookies.has(SESSION)).toBe(true);
    expect(client.cookies.has(BROWSER)).toBe(false);
  });

  test.each([
    '',
    'short',
    'x'.repeat(23),
    'x'.repeat(4000),
    "' OR 1=1; --aaaaaaaaaaa",
    '%00%00%00%00%00%00%00%00',
    '=====================',
    'ümlautümlautümlautüml',
  ])('that is junk (%j) is a new browser, and replaced', async (junk) => {
    await withPassword('app', olivia);
    const browser = visit('app');
    browser.cookies.set(BROWSER, encodeURIComponent(junk));
    expect(await line(browser)).toMatch(/^__Host-browser=[\w-]{22};/);
    expect(await told()).toHaveLength(1);
  });

  test('opens nothing, and tells nothing by itself', async () => {
    const browser = await withPassword('app', olivia);
    const thief = visit('app');
    thief.cookies.set(BROWSER, browser.cookies.get(BROWSER) ?? '');
    expect((await thief.get('/account/sessions')).status).toBe(303);
    const stored = JSON.stringify(await dump());
    expect(stored).not.toContain(browser.cookies.get(BROWSER));
  });
});

describe('two members of one browser', () => {
  test('each is told of it once', async () => {
    await visit('app').signInAs(olivia);
    const browser = await browserOf(rita);
    expect((await typeCode(browser, olivia)).status).toBe(303);
    expect((await told()).map(({ to }) => to)).toEqual([olivia]);
    await signedOut(browser);
    expect((await typeCode(browser, olivia)).status).toBe(303);
    await signedOut(browser);
    expect((await typeCode(browser, rita)).status).toBe(303);
    expect(await told()).toHaveLength(1);
  });

  test('cannot be linked by their rows', async () => {
    const browser = await browserOf(rita);
    await browser.signInAs(olivia);
    const hashes = await rows('SELECT browser_hash AS hash, member_id FROM sessions');
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(2);
    for (const { hash } of hashes) expect(hash).toMatch(/^[\w-]{43}$/);
  });

  test('a session that another member had there vouches for nobody', async () => {
    await visit('app').signInAs(olivia);
    const browser = await visit('app').signInAs(rita);
    await env.DB.prepare('UPDATE sessions SET browser_hash = NULL').run();
    await browser.signInAs(olivia);
    expect((await told()).map(({ to }) => to)).toEqual([olivia]);
  });
});

describe('sessions from before browsers had names', () => {
  async function fromBefore(): Promise<Visitor> {
    const browser = await withPassword('app', olivia);
    await env.DB.prepare('UPDATE sessions SET browser_hash = NULL').run();
    browser.cookies.delete(BROWSER);
    return browser;
  }

  test('one that this sign-in takes the place of: the browser is known, from then on too', async () => {
    const browser = await fromBefore();
    await typePassword(browser, olivia);
    await typePassword(await signedOut(browser), olivia);
    expect(await told()).toEqual([]);
  });

  test('in another browser: new', async () => {
    await fromBefore();
    await typePassword(visit('app'), olivia);
    expect(await told()).toHaveLength(1);
  });

  test('one that another browser’s sign-in took the place of, in the same moment: new', async () => {
    const old = await fromBefore();
    const other = await visit('app').signInAs(rita);
    moveClock(0);
    await typePassword(old, olivia);
    expect(await told()).toEqual([]);
    await typePassword(other, olivia);
    expect(await told()).toHaveLength(1);
  });

  test('one that was ended, its cookie copied before: new', async () => {
    moveClock(0);
    const browser = await fromBefore();
    const thief = copyOf(browser);
    moveClock(seconds(5));
    await browser.post('/sign-out');
    moveClock(seconds(5));
    await typePassword(thief, olivia);
    expect(await told()).toHaveLength(1);
  });

  test('one that a later sign-in took the place of, its cookie copied before: new', async () => {
    moveClock(0);
    const browser = await fromBefore();
    const thief = copyOf(browser);
    moveClock(seconds(5));
    await typePassword(browser, olivia);
    moveClock(seconds(5));
    await typePassword(thief, olivia);
    expect(await told()).toHaveLength(1);
  });

  test('one that lives and has a name vouches for no other browser', async () => {
    const thief = copyOf(await withPassword('app', olivia));
    thief.cookies.delete(BROWSER);
    await typePassword(thief, olivia);
    expect(await told()).toHaveLength(1);
  });
});

describe('nobody is told', () => {
  test('of a client’s browsers', async () => {
    await withPassword('demo', carla);
    await typePassword(visit('demo'), carla);
    await visit('demo').signInAs(carla);
    expect(await told()).toEqual([]);
    expect(await rows("SELECT 1 FROM mails WHERE kind = 'new-device'")).toEqual([]);
    expect(await rows('SELECT 1 FROM sessions WHERE browser_hash IS NOT NULL')).toEqual([]);
  });

  test('of a first sign-in, not even a newcomer who opens a workspace; but of the second elsewhere', async () => {
    const newcomer = 'newowner@fresh.test';
    await visit('app').signInAs(olivia);
    const browser = await visit('app').signInAs(newcomer);
    expect(await told()).toEqual([]);
    await (await signedOut(browser)).signInAs(newcomer);
    expect(await told(), 'the same browser').toEqual([]);
    await visit('app').signInAs(newcomer);
    expect((await told()).map(({ to }) => to)).toEqual([newcomer]);
  });

  test('of what failed: a wrong password, a wrong code, a used link, a stranger', async () => {
    await withPassword('app', olivia);
    const elsewhere = visit('app');
    await typePassword(elsewhere, olivia, 'not what was chosen back then');
    await typePassword(elsewhere, nobody);
    await elsewhere.ask(olivia);
    await elsewhere.post('/sign-in/code', { code: 'AAAAAA' });
    expect(await told()).toEqual([]);
    expect(await rows("SELECT 1 FROM mails WHERE kind = 'new-device'")).toEqual([]);
  });
});

test('signed out at once by whoever came in: told all the same', async () => {
  await withPassword('app', olivia);
  moveClock(0);
  expectConsoleError(/"what":"mail refused"/);
  mailService('500 with HTML', '500 with HTML', 'takes it over (202)');
  const bindings = { ...env, MAIL_TRANSPORT: 'mailchannels' };
  const thief = visit('app', bindings);
  await typePassword(thief, olivia);
  await thief.post('/sign-out');
  moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
  await deliverQueued(bindings);
  expect(onTheWire().at(-1)?.body.subject).toBe('New device signed in to Latchkey');
});

test('the mail service is down: it waits in the queue, without an address, and arrives', async () => {
  moveClock(0);
  await withPassword('app', olivia);
  expectConsoleError(/"what":"mail refused"/);
  mailService('500 with HTML', '500 with HTML', '429', 'takes it over (202)');
  const bindings = { ...env, MAIL_TRANSPORT: 'mailchannels' };
  await typePassword(visit('app', bindings), olivia);
  expect(queued()).toHaveLength(1);
  expect(JSON.stringify(queued()[0]?.body)).not.toContain(olivia);
  while (queued().length > 0) {
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(bindings);
  }
  expect(onTheWire().at(-1)?.body).toMatchObject({
    subject: 'New device signed in to Latchkey',
    personalizations: [{ to: [{ email: olivia }] }],
  });
  expect(await rows("SELECT state, tries, member_id FROM mails WHERE kind = 'new-device'")).toEqual(
    [{ state: 'accepted', tries: 3, member_id: oliviaId }],
  );
});

test('five sign-ins at once in one new browser: one mail', async () => {
  await withPassword('app', olivia);
  const browser = await browserOf(rita);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => typePassword(copyOf(browser), olivia)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(303));
  expect(await told()).toHaveLength(1);
});

test('five sign-ins at once in five new browsers: a mail each', async () => {
  await withPassword('app', olivia);
  await Promise.all(Array.from({ length: 5 }, () => typePassword(visit('app'), olivia)));
  expect(await told()).toHaveLength(5);
});

test('at most ten mails an hour to one member; then again', async () => {
  moveClock(0);
  await withPassword('app', olivia);
  for (let nth = 1; nth <= NEW_DEVICES_PER_MEMBER.most + 2; nth += 1) {
    expect((await typePassword(visit('app'), olivia)).status, 'and comes in').toBe(303);
  }
  expect(await told(olivia)).toHaveLength(NEW_DEVICES_PER_MEMBER.most);
  await visit('app').signInAs(rita);
  await visit('app').signInAs(rita);
  expect(await told(rita), 'others are told').toHaveLength(1);
  moveClock(hours(1) + minutes(1));
  await typePassword(visit('app'), olivia);
  expect(await told(olivia)).toHaveLength(NEW_DEVICES_PER_MEMBER.most + 1);
});
