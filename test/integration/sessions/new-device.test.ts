import { describe, expect, test } from 'vitest';
import { beforeStatement } from '../../support/bindings.ts';
import { carla, nobody, olivia, PASSPHRASE } from '../../support/cast.ts';
import { moveClock, moveClockToMarch } from '../../support/clock.ts';
import { rows } from '../../support/database.ts';
import {
  IN_LISBON,
  newDeviceMails,
  signedOut,
  signInFromLisbon,
} from '../../support/new-devices.ts';
import {
  answerTo,
  typePassword,
  type Visitor,
  visit,
  withPassword,
} from '../../support/visitor.ts';

const DEVICES = 'http://app.portal.localhost/account/sessions';

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
  ['code', (browser) => signInFromLisbon(browser, olivia)],
  [
    'password',
    (browser) =>
      browser.post('/sign-in/password', { email: olivia, password: PASSPHRASE }, IN_LISBON),
  ],
];

describe.each(WAYS)('a member signs in by %s', (method, signIn) => {
  test('in a new browser: a mail with when, where, device, way and what to do', async () => {
    moveClock(0);
    await withPassword('app', olivia);
    expect(await newDeviceMails(), 'their first sign-in').toEqual([]);
    const year = moveClockToMarch();
    expect((await signIn(visit('app'))).status).toBe(303);
    const [mail, ...more] = await newDeviceMails();
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

  test('in the same browser again, signed out or not: no mail', async () => {
    const browser = await withPassword('app', olivia);
    expect((await signIn(browser)).status).toBe(303);
    expect((await signIn(await signedOut(browser))).status).toBe(303);
    expect(await newDeviceMails()).toEqual([]);
    expect(await rows('SELECT DISTINCT browser_hash FROM sessions')).toHaveLength(1);
  });

  test('in a browser that lost its cookies: a mail', async () => {
    const browser = await withPassword('app', olivia);
    browser.cookies.clear();
    expect((await signIn(browser)).status).toBe(303);
    expect(await newDeviceMails()).toHaveLength(1);
    expect((await signIn(await signedOut(browser))).status).toBe(303);
    expect(await newDeviceMails(), 'and known from then on').toHaveLength(1);
  });
});

test('a sign-in in a new browser: the same answer as in a known one', async () => {
  const known = await withPassword('app', olivia);
  async function seenBy(browser: Visitor): Promise<unknown> {
    const response = await typePassword(browser, olivia);
    const headers = [...response.headers].map(([name, value]) => [
      name,
      value
        .replace(/'nonce-[^']+'/g, 'nonce')
        .replace(/(__Host-(?:session|browser|known)=)[^;]+/g, '$1'),
    ]);
    return { status: response.status, headers, length: (await response.arrayBuffer()).byteLength };
  }
  const knownSees = await seenBy(known);
  expect(await newDeviceMails()).toEqual([]);
  expect(await seenBy(visit('app'))).toEqual(knownSees);
  expect(await newDeviceMails()).toHaveLength(1);
});

test('the look-up whether a browser is new: after the answer', async () => {
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
  expect([response.status, await newDeviceMails()]).toEqual([303, []]);
  look();
  await settled();
  expect(await newDeviceMails()).toHaveLength(1);
});

describe('no mail about a new device', () => {
  test('a client in another browser: no mail, and no browser is stored', async () => {
    await withPassword('demo', carla);
    await typePassword(visit('demo'), carla);
    await visit('demo').signInAs(carla);
    expect(await newDeviceMails()).toEqual([]);
    expect(await rows("SELECT 1 FROM mails WHERE kind = 'new-device'")).toEqual([]);
    expect(await rows('SELECT 1 FROM sessions WHERE browser_hash IS NOT NULL')).toEqual([]);
  });

  test('a first sign-in: no mail; the next one in another browser: a mail', async () => {
    const newcomer = 'newowner@fresh.test';
    await visit('app').signInAs(olivia);
    const browser = await visit('app').signInAs(newcomer);
    expect(await newDeviceMails()).toEqual([]);
    await (await signedOut(browser)).signInAs(newcomer);
    expect(await newDeviceMails(), 'the same browser').toEqual([]);
    await visit('app').signInAs(newcomer);
    expect((await newDeviceMails()).map(({ to }) => to)).toEqual([newcomer]);
  });

  test('a wrong password, a wrong code, an unknown address: no mail', async () => {
    await withPassword('app', olivia);
    const elsewhere = visit('app');
    await typePassword(elsewhere, olivia, 'not what was chosen back then');
    await typePassword(elsewhere, nobody);
    await elsewhere.ask(olivia);
    await elsewhere.post('/sign-in/code', { code: 'AAAAAA' });
    expect(await newDeviceMails()).toEqual([]);
    expect(await rows("SELECT 1 FROM mails WHERE kind = 'new-device'")).toEqual([]);
  });
});
