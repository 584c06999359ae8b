import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { strengthScript } from '../../../ui/paths.ts';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, olivia, PASSPHRASE } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { inputAt } from '../../support/html.ts';
import { copyOf, typePassword, visit, withPassword } from '../../support/visitor.ts';

const HOSTS = [
  { host: 'demo', email: carla },
  { host: 'app', email: olivia },
];

describe.each(HOSTS)('with PASSWORDS = "off", on $host', ({ host, email }) => {
  const off: Env = { ...env, PASSWORDS: 'off' };

  test('the sign-in page: offers only a link, also with method=password', async () => {
    const browser = visit(host, off);
    browser.cookies.set('__Host-method', 'password');
    for (const path of [
      '/sign-in',
      '/sign-in?method=password',
      '/sign-in?next=%2Fx&method=password',
    ]) {
      const page = await (await browser.get(path)).text();
      expect(page).toContain('action="/sign-in/link"');
      expect(page).not.toContain('/sign-in/password');
      expect(page).not.toContain('method=password');
      expect(inputAt('password', page)).toBe('');
    }
  });

  test('the password pages: 404, signed in or not, and nothing changes', async () => {
    const client = await visit(host, off).signInAs(email);
    const before = await dump();
    for (const browser of [client, visit(host, off)]) {
      for (const path of [
        '/account/password',
        '/account/password/removal',
        '/.well-known/change-password',
        '/sign-in/password',
      ]) {
        expect((await browser.get(path)).status, `GET ${path}`).toBe(404);
        const fields = { email, password: PASSPHRASE };
        expect((await browser.post(path, fields)).status, `POST ${path}`).toBe(404);
      }
    }
    expect(derivations()).toBe(0);
    expect(await dump()).toEqual(before);
  });

  test('a stored password: refused, kept, and valid once they are on again', async () => {
    await withPassword(host, email);
    const before = [await dump(), derivations()];
    const browser = visit(host, off);
    expect((await typePassword(browser, email)).status).toBe(404);
    expect(browser.cookies.size).toBe(0);
    expect([await dump(), derivations()]).toEqual(before);
    expect((await visit(host, off).signInAs(email)).cookies.has('__Host-session')).toBe(true);
    expect((await typePassword(visit(host), email)).status).toBe(303);
  });

  test('menu and devices: shown, without passwords', async () => {
    const on = await withPassword(host, email);
    const client = copyOf(on, off);
    const page = await (await client.get('/account/sessions')).text();
    expect(page).toContain('href="/account/sessions"');
    expect(page).not.toMatch(/Update password|\/account\/password/);
    expect((await client.post('/account/sessions/revocation')).status).toBe(303);
    // the control: it is there where passwords are on
    expect(await (await on.get('/account/sessions')).text()).toContain('Update password');
  });

  test('a new proof of identity: by link only', async () => {
    const client = copyOf(await withPassword(host, email), off);
    moveClock(minutes(11));
    const page = await (
      await client.get('/account/confirmation?next=%2Faccount%2Fsessions')
    ).text();
    expect(page).toContain('action="/sign-in/link"');
    expect(inputAt('password', page)).toBe('');
  });
});

test('with PASSWORDS = "off", the contact’s card: no word of a password', async () => {
  await withPassword('demo', carla);
  const on = await visit('app').signInAs(olivia);
  const off = copyOf(on, { ...env, PASSWORDS: 'off' });
  const card = `/w/demo/contacts/${carlaAtDemo}`;
  expect(await (await off.get(card)).text()).not.toContain('<dt>Password</dt>');
  expect(await (await on.get(card)).text()).toContain('<dt>Password</dt>');
});

test.each(HOSTS)(
  'GET /.well-known/change-password on $host: 302 to the page, signed in or out',
  async ({ host, email }) => {
    for (const browser of [visit(host), await visit(host).signInAs(email)]) {
      const found = await browser.get('/.well-known/change-password');
      expect([found.status, found.headers.get('location')]).toEqual([302, '/account/password']);
    }
    expect((await visit(host).get('/account/password')).headers.get('location')).toBe(
      '/sign-in?next=%2Faccount%2Fpassword',
    );
  },
);

test('the script of the password field: allowed by the policy, and no other', async () => {
  const client = await visit('demo').signInAs(carla);
  const response = await client.get('/account/password');
  const page = await response.text();
  const nonce = /script-src 'nonce-([^']+)'/.exec(
    response.headers.get('content-security-policy') ?? '',
  );
  expect(page).toContain(`<script src="${strengthScript()}" nonce="${nonce?.[1]}" defer>`);
  for (const path of ['/sign-in?method=password', '/account/sessions']) {
    expect(await (await client.get(path)).text(), path).not.toContain('/assets/');
  }
  expect(await rows('SELECT id FROM passwords')).toEqual([]);
});
