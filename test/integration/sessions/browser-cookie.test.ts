import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../worker/values/duration.ts';
import { carla, olivia, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, rows } from '../../support/database.ts';
import {
  BROWSER,
  browserOf,
  newDeviceMails,
  signedOut,
  signInFromLisbon,
} from '../../support/new-devices.ts';
import { SESSION } from '../../support/sessions.ts';
import { copyOf, typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

describe('the browser cookie', () => {
  async function line(browser: Visitor, email = olivia): Promise<string | undefined> {
    const response = await typePassword(browser, email);
    return response.headers.getSetCookie().find((each) => each.startsWith(`${BROWSER}=`));
  }

  test('its attributes: this host, 400 days, HttpOnly', async () => {
    await withPassword('app', olivia);
    const set = await line(visit('app'));
    expect(set).toMatch(
      /^__Host-browser=[\w-]{22}; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  test('at every sign-in of any member: the same value, for 400 days more', async () => {
    const browser = await withPassword('app', olivia);
    const name = browser.cookies.get(BROWSER);
    await browser.post('/sign-out');
    expect(browser.cookies.get(BROWSER), 'signed out').toBe(name);
    expect(await line(browser)).toContain(`${BROWSER}=${name}; Max-Age=34560000`);
    await (await signedOut(browser)).signInAs(rita);
    expect(browser.cookies.get(BROWSER)).toBe(name);
  });

  test('a page, a link request, a refusal, a client’s sign-in: not set', async () => {
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
  ])('with junk in it (%j): replaced, and the browser is new', async (junk) => {
    await withPassword('app', olivia);
    const browser = visit('app');
    browser.cookies.set(BROWSER, encodeURIComponent(junk));
    expect(await line(browser)).toMatch(/^__Host-browser=[\w-]{22};/);
    expect(await newDeviceMails()).toHaveLength(1);
  });

  test('alone: signs nobody in, and is not stored', async () => {
    const browser = await withPassword('app', olivia);
    const thief = visit('app');
    thief.cookies.set(BROWSER, browser.cookies.get(BROWSER) ?? '');
    expect((await thief.get('/account/sessions')).status).toBe(303);
    const stored = JSON.stringify(await dump());
    expect(stored).not.toContain(browser.cookies.get(BROWSER));
  });
});

describe('two members of one browser', () => {
  test('the second one’s first sign-in: one mail to that member', async () => {
    await visit('app').signInAs(olivia);
    const browser = await browserOf(rita);
    expect((await signInFromLisbon(browser, olivia)).status).toBe(303);
    expect((await newDeviceMails()).map(({ to }) => to)).toEqual([olivia]);
    await signedOut(browser);
    expect((await signInFromLisbon(browser, olivia)).status).toBe(303);
    await signedOut(browser);
    expect((await signInFromLisbon(browser, rita)).status).toBe(303);
    expect(await newDeviceMails()).toHaveLength(1);
  });

  test('their stored hashes: different', async () => {
    const browser = await browserOf(rita);
    await browser.signInAs(olivia);
    const hashes = await rows('SELECT browser_hash AS hash, member_id FROM sessions');
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(2);
    for (const { hash } of hashes) expect(hash).toMatch(/^[\w-]{43}$/);
  });

  test('a session of the other without a stored browser: the browser is new', async () => {
    await visit('app').signInAs(olivia);
    const browser = await visit('app').signInAs(rita);
    await env.DB.prepare('UPDATE sessions SET browser_hash = NULL').run();
    await browser.signInAs(olivia);
    expect((await newDeviceMails()).map(({ to }) => to)).toEqual([olivia]);
  });
});

describe('a session from before browsers were stored', () => {
  async function fromBefore(): Promise<Visitor> {
    const browser = await withPassword('app', olivia);
    await env.DB.prepare('UPDATE sessions SET browser_hash = NULL').run();
    browser.cookies.delete(BROWSER);
    return browser;
  }

  test('replaced by this sign-in: the browser is known, and stays so', async () => {
    const browser = await fromBefore();
    await typePassword(browser, olivia);
    await typePassword(await signedOut(browser), olivia);
    expect(await newDeviceMails()).toEqual([]);
  });

  test('of another browser: the browser is new', async () => {
    await fromBefore();
    await typePassword(visit('app'), olivia);
    expect(await newDeviceMails()).toHaveLength(1);
  });

  test('replaced by a sign-in elsewhere at the same moment: the browser is new', async () => {
    const old = await fromBefore();
    const other = await visit('app').signInAs(rita);
    moveClock(0);
    await typePassword(old, olivia);
    expect(await newDeviceMails()).toEqual([]);
    await typePassword(other, olivia);
    expect(await newDeviceMails()).toHaveLength(1);
  });

  test('ended, its cookie copied before: the browser is new', async () => {
    moveClock(0);
    const browser = await fromBefore();
    const thief = copyOf(browser);
    moveClock(seconds(5));
    await browser.post('/sign-out');
    moveClock(seconds(5));
    await typePassword(thief, olivia);
    expect(await newDeviceMails()).toHaveLength(1);
  });

  test('replaced by a later sign-in, its cookie copied before: the browser is new', async () => {
    moveClock(0);
    const browser = await fromBefore();
    const thief = copyOf(browser);
    moveClock(seconds(5));
    await typePassword(browser, olivia);
    moveClock(seconds(5));
    await typePassword(thief, olivia);
    expect(await newDeviceMails()).toHaveLength(1);
  });

  test('active, with a stored browser, its cookie copied: the browser is new', async () => {
    const thief = copyOf(await withPassword('app', olivia));
    thief.cookies.delete(BROWSER);
    await typePassword(thief, olivia);
    expect(await newDeviceMails()).toHaveLength(1);
  });
});
