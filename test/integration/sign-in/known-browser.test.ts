import { env } from 'cloudflare:workers';
import { decodeJwt, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { LINKS_PER_KNOWN_MAILBOX, LINKS_PER_MAILBOX } from '../../../worker/limits/mail-rules.ts';
import { days, hours } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, demoId, olivia, PASSPHRASE, rob } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { knownBrowserTries, passwordTries, rows } from '../../support/database.ts';
import { addContacts } from '../../support/many-contacts.ts';
import { OTHER_PASSPHRASE } from '../../support/passwords.ts';
import { copyOf, typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const KNOWN = '__Host-known';

function cookieOf(browser: Visitor): string {
  return browser.cookies.get(KNOWN) ?? '';
}

/** Uses up all that strangers may ask for in somebody's name, from many networks. */
async function useUp(host: string, email: string): Promise<void> {
  const { most } = LINKS_PER_MAILBOX.hour;
  const strangers = Array.from({ length: most }, () => visit(host));
  await Promise.all(strangers.map((stranger) => stranger.post('/sign-in/link', { email })));
  expect(await visit(host).ask(email)).toBeUndefined();
}

describe('the cookie of a known browser', () => {
  test('set at every sign-in, for a year, on this host only; kept after signing out', async () => {
    const browser = await withPassword('demo', carla);
    const line = (await typePassword(browser, carla)).headers
      .getSetCookie()
      .find((each) => each.startsWith(`${KNOWN}=`));
    expect(line).toMatch(
      /^__Host-known=[\w-]+\.[\w-]+\.[\w-]+; Max-Age=31536000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    await browser.post('/sign-out');
    expect(cookieOf(browser)).not.toBe('');
  });

  test('asking, opening the link elsewhere, a refusal: sets none', async () => {
    const browser = visit('demo');
    await browser.ask(carla);
    await typePassword(browser, carla, OTHER_PASSPHRASE);
    await browser.post('/sign-in/code', { code: 'AAAAAA' });
    expect(browser.cookies.has(KNOWN)).toBe(false);
  });

  test('names no account, and two browsers of one person have nothing in common', async () => {
    const [one, other] = [await visit('demo').signInAs(carla), await visit('demo').signInAs(carla)];
    const claims = [one, other].map((browser) => decodeJwt(cookieOf(browser)));
    for (const claim of claims) {
      expect(Object.keys(claim).toSorted()).toEqual(['aud', 'brw', 'exp', 'iss', 'mbx']);
      expect(claim).toMatchObject({ iss: 'http://demo.portal.localhost', aud: demoId });
      expect(JSON.stringify(claim)).not.toMatch(/client|carla|@/i);
      expect(JSON.stringify(claim)).not.toContain(carlaAtDemo);
    }
    expect(claims[0]?.brw).not.toBe(claims[1]?.brw);
    expect(claims[0]?.mbx).not.toEqual(claims[1]?.mbx);
  });

  test('holds three mailboxes at most, the newest first', async () => {
    const emails = await addContacts(4);
    const browser = visit('demo');
    for (const email of emails) {
      await browser.signInAs(email);
      await browser.post('/sign-out');
    }
    expect(decodeJwt(cookieOf(browser)).mbx).toHaveLength(3);
    await useUp('demo', emails[0] ?? '');
    expect(await browser.ask(emails[0] ?? ''), 'the oldest is forgotten').toBeUndefined();
    await useUp('demo', emails[3] ?? '');
    expect(await browser.ask(emails[3] ?? '')).toBeDefined();
  });

  test('signs nobody in', async () => {
    const browser = await visit('demo').signInAs(carla);
    const thief = visit('demo');
    thief.cookies.set(KNOWN, cookieOf(browser));
    expect((await thief.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
  });
});

describe('what a known browser may have', () => {
  test('mail in the name that it knows, when strangers have used theirs up', async () => {
    const browser = await visit('demo').signInAs(carla);
    await browser.post('/sign-out');
    await useUp('demo', carla);
    expect(await browser.ask(carla)).toMatchObject({ to: carla });
    expect(await browser.ask('CLIENT@demo.test'), 'in another spelling').toBeDefined();
  });

  test('six mails an hour of its own; they are limited, too', async () => {
    const browser = await visit('demo').signInAs(carla);
    await useUp('demo', carla);
    const { most } = LINKS_PER_KNOWN_MAILBOX.hour;
    for (let asked = 1; asked <= most; asked += 1) {
      expect(await browser.ask(carla), `mail ${asked}`).toBeDefined();
    }
    expect(await browser.ask(carla)).toBeUndefined();
    moveClock(hours(1));
    expect(await browser.ask(carla)).toBeDefined();
  });

  test('nothing in another name, at another portal, or after a year', async () => {
    const browser = await visit('demo').signInAs(carla);
    const [other = ''] = await addContacts(1);
    await useUp('demo', other);
    expect(await browser.ask(other), 'another name').toBeUndefined();
    const elsewhere = visit('rival');
    elsewhere.cookies.set(KNOWN, cookieOf(browser));
    await useUp('rival', rob);
    expect(await elsewhere.ask(rob), 'another portal').toBeUndefined();
    moveClock(days(366));
    await useUp('demo', carla);
    expect(await browser.ask(carla), 'a year later').toBeUndefined();
  });

  test.each<[string, (cookie: string) => Promise<string> | string]>([
    ['junk', () => 'x'.repeat(4000)],
    [
      'signed by another key',
      async (cookie) => {
        const { kid } = JSON.parse(atob(cookie.split('.')[0] ?? '')) as { kid: string };
        return new SignJWT(decodeJwt(cookie))
          .setProtectedHeader({ alg: 'HS256', typ: 'known', kid })
          .sign(new TextEncoder().encode('another secret of thirty-two bytes'));
      },
    ],
    ['changed', (cookie) => cookie.replace(/\.(.)/, (_, first) => `.${first === 'A' ? 'B' : 'A'}`)],
    [
      'a session’s',
      async () => (await visit('demo').signInAs(carla)).cookies.get('__Host-session') ?? '',
    ],
  ])('nothing with a cookie that is %s', async (_what, forge) => {
    const browser = await visit('demo').signInAs(carla);
    const forged = await forge(cookieOf(browser));
    await useUp('demo', carla);
    browser.cookies.clear();
    browser.cookies.set(KNOWN, forged);
    expect(await browser.ask(carla)).toBeUndefined();
  });

  test('still known after SESSION_SECRET was rotated', async () => {
    const browser = await visit('demo').signInAs(carla);
    const rotated = { ...env, SESSION_SECRET: `${'new'.padEnd(40, '-')},${env.SESSION_SECRET}` };
    const later = copyOf(browser, rotated);
    for (let asked = 0; asked < 31; asked += 1) {
      await visit('demo', rotated).post('/sign-in/link', { email: carla });
    }
    expect(await visit('demo', rotated).ask(carla)).toBeUndefined();
    expect(await later.ask(carla)).toMatchObject({ to: carla });
  });
});

describe('passwords in a known browser', () => {
  test('strangers pause the password of others only', async () => {
    const owner = await withPassword('app', olivia);
    await owner.post('/sign-out');
    for (let tried = 0; tried < 6; tried += 1) {
      await typePassword(visit('app'), olivia, OTHER_PASSPHRASE);
    }
    expect((await typePassword(visit('app'), olivia)).status).toBe(429);
    expect((await typePassword(owner, olivia)).status).toBe(303);
    expect((await typePassword(visit('app'), olivia)).status, 'strangers see no change').toBe(429);
  });

  test('a whole network that is paused does not pause it', async () => {
    const owner = await withPassword('demo', carla);
    for (let at = 0; at < 31; at += 1) {
      await typePassword(owner, `somebody-${at}@demo.test`, OTHER_PASSPHRASE);
    }
    expect((await typePassword(owner, 'another@demo.test')).status).toBe(429);
    expect((await typePassword(owner, carla)).status).toBe(303);
  });

  test('fifty wrong ones at once: five are judged, and others are not paused by them', async () => {
    const owner = await withPassword('demo', carla);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => typePassword(owner, carla, OTHER_PASSPHRASE)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect((await typePassword(owner, carla)).status).toBe(429);
    expect((await passwordTries()).address).toEqual([]);
    expect(await knownBrowserTries()).toEqual([5]);
    expect((await typePassword(visit('demo'), carla, PASSPHRASE)).status).toBe(303);
    const told = await rows("SELECT 1 FROM activity WHERE kind = 'password_locked'");
    expect(told, 'the freelancer reads it').toHaveLength(1);
  });
});
