import type { Browser, Page, Request } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { strengthScript } from '../../ui/paths.ts';
import { closeOpened, ELEVEN_MINUTES, FIRST, open } from '../support/browser/password.ts';
import type { Server } from '../support/browser/server.ts';
import {
  addContact,
  choosePassword,
  openFromMenu,
  openPasswordTab,
  openProfile,
  press,
  signIn,
  signOut,
  typePassword,
} from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';

let server: Server;
let browser: Browser;
let admin: Page;

withServer(async (started) => {
  ({ server, browser } = started);
  admin = (await openProfile(browser)).page;
  await signIn(server, admin, 'app', 'owner@demo.test');
});

afterEach(closeOpened);

describe('password managers', () => {
  test('every page: one password form, with autocomplete values and the account’s name', async () => {
    const email = 'sven@managers.test';
    await addContact(server, admin, 'demo', { name: 'Sven Stone', email });
    const page = await open(browser);
    const origin = server.origin('demo');
    await page.goto(`${origin}/sign-in?method=password`);
    expect(await passwordForms(page)).toEqual([['email username', 'password current-password']]);
    await page.goto(`${origin}/sign-in?method=link`);
    expect(await passwordForms(page)).toEqual([]);
    await signIn(server, page, 'demo', email);
    await page.goto(`${origin}/account/password`);
    expect(await passwordForms(page)).toEqual([['username username', 'password new-password']]);
    const name = page.locator('input[name=username]');
    expect(await name.inputValue()).toBe(email);
    expect(await name.isVisible()).toBe(false);
    const rules = await page.getByLabel('Password', { exact: true }).getAttribute('passwordrules');
    expect(rules).toBe('minlength: 15; maxlength: 512;');
    await choosePassword(page, FIRST);
    await signOut(page);
    await openPasswordTab(server, page, 'demo');
    await typePassword(page, email, FIRST);
    await page.goto(`${origin}/account/password`);
    expect(await passwordForms(page)).toEqual([
      ['username username', 'current_password current-password', 'password new-password'],
    ]);
    expect(await page.locator('input[name=username]').inputValue()).toBe(email);
    for (const path of [
      '/',
      '/account/sessions',
      '/account/password/removal',
      '/account/confirmation?by=link',
    ]) {
      await page.goto(origin + path);
      expect(await passwordForms(page), path).toEqual([]);
    }
    await server.age(ELEVEN_MINUTES);
    await page.goto(`${origin}/account/confirmation`);
    expect(await passwordForms(page)).toEqual([['email username', 'password current-password']]);
  });
});

describe('with scripts only', () => {
  test('a switch between link and password: keeps the typed address, not in the URL', async () => {
    const page = await open(browser);
    const seen = requestsOf(page);
    await page.goto(`${server.origin('demo')}/sign-in?next=%2Faccount%2Fsessions`);
    await page.getByLabel('Email').fill('thea@typed.test');
    await page.getByRole('link', { name: 'Password', exact: true }).click();
    const password = page.getByLabel('Password', { exact: true });
    await password.waitFor();
    expect(await page.getByLabel('Email').inputValue()).toBe('thea@typed.test');
    expect(await password.evaluate((input) => input === document.activeElement)).toBe(true);
    await password.fill(FIRST);
    await page.getByLabel('Email').fill('theo@typed.test');
    await page.getByRole('link', { name: 'Magic link', exact: true }).click();
    await page.getByText('You need no password.').waitFor();
    expect(await page.getByLabel('Email').inputValue()).toBe('theo@typed.test');
    expect(new URL(page.url()).searchParams.get('next'), 'where it was going').toBe(
      '/account/sessions',
    );
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...sessionStorage }, { ...localStorage }]),
    );
    expect(kept, 'nothing stays behind').toBe('[{},{}]');
    expect(seen.map((request) => request.url()).join()).not.toMatch(/typed|heron/);
    await page.reload();
    expect(await page.getByLabel('Email').inputValue()).toBe('');
  });

  test('Show and Hide: shown on demand, sent as a password, not sent for a link', async () => {
    const page = await open(browser);
    await page.goto(`${server.origin('demo')}/sign-in?method=password`);
    // 204: the browser stays on the page it sent the form from
    await page.route('**/sign-in/*', (route) => route.fulfill({ status: 204 }));
    const password = page.getByLabel('Password', { exact: true });
    await page.getByLabel('Email').fill('uma@show.test');
    await password.fill(FIRST);
    expect(await password.getAttribute('type')).toBe('password');
    const show = page.getByRole('button', { name: 'Show password' });
    expect(await show.getAttribute('aria-pressed')).toBe('false');
    await show.click();
    expect(await password.getAttribute('type')).toBe('text');
    const hide = page.getByRole('button', { name: 'Hide password' });
    expect(await hide.getAttribute('aria-pressed')).toBe('true');
    await hide.click();
    expect(await password.getAttribute('type')).toBe('password');
    await show.click();
    const sent = await sending(page, 'Sign in');
    expect(new URLSearchParams(sent.postData() ?? '').get('password')).toBe(FIRST);
    expect(await password.getAttribute('type'), 'sent as a password').toBe('password');
    expect(await show.getAttribute('aria-pressed')).toBe('false');

    const asked = await sending(page, 'Email me a link instead');
    expect(new URL(asked.url()).pathname).toBe('/sign-in/link');
    const fields = new URLSearchParams(asked.postData() ?? '');
    expect([fields.get('email'), fields.get('password')]).toEqual(['uma@show.test', '']);
  });

  test('the strength hint: weighs a password while it is typed, in the browser only', async () => {
    const email = 'vera@strength.test';
    await addContact(server, admin, 'demo', { name: 'Vera Violet', email });
    const page = await open(browser);
    await signIn(server, page, 'demo', email);
    const seen = requestsOf(page);
    await openFromMenu(page, 'Update password');
    await page.waitForURL('**/account/password');
    const origin = server.origin('demo');
    expect(seen.map((request) => request.url())).toEqual([
      `${origin}/account/password`,
      expect.stringMatching(new RegExp(`^${origin}/assets/strength-[A-Z0-9]{8}\\.js$`)),
    ]);
    const password = page.getByLabel('Password', { exact: true });
    const hint = page.locator('#strength');
    for (const [typed, words, score] of [
      ['short', '10 more characters', '0'],
      ['fourteen chars', '1 more character', '0'],
      ['aaaaaaaaaaaaaaaa', 'Easy to guess: repeating adds little. Add another word.', '0'],
      ['vera violet vera', /^(Easy to guess|Could be stronger): your names and addresses/, /[012]/],
      ['fghjkl;lkjhgfds', /^Easy to guess: neighbouring keys are tried early/, /[01]/],
      ['1234567890-=][p', /^Could be stronger: neighbouring keys/, '2'],
      ['mnopqrstuvwxyzab', /^Easy to guess: sequences like abc/, /[01]/],
      ['transportonline', /^Easy to guess: many people use one like it/, /[01]/],
      [FIRST, 'Strong', '4'],
      ['', '', ''],
    ] as const) {
      await password.fill(typed);
      await expect.poll(() => hint.textContent(), { message: typed }).toMatch(exactly(words));
      expect(await hint.getAttribute('data-score'), typed).toMatch(exactly(score));
    }
    expect(await hint.getAttribute('aria-live')).toBe('polite');
    expect(seen.length, 'typing asks nobody').toBe(2);
    const names = await page.evaluate(() =>
      ['zxcvbnts', 'showStrength'].filter((name) => name in window),
    );
    expect(names, 'nothing in the global scope').toEqual([]);
  });

  test.each(['demo', 'app'])(
    'the script of the hint on %s: served by the edge, cached for good',
    async (host) => {
      const script = await server.get(host, strengthScript());
      expect(script.status).toBe(200);
      expect(script.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        etag: expect.stringMatching(/^(W\/)?"\w+"$/),
      });
      expect(script.headers).not.toHaveProperty('set-cookie');
      expect(script.body).toContain('zxcvbn');
      expect(script.body.length).toBeGreaterThan(10_000);

      const again = await server.get(host, strengthScript(), {
        'if-none-match': script.headers.etag ?? '',
      });
      expect([again.status, again.body]).toEqual([304, '']);
      // of another release, or nobody's: the Worker answers, with a page and its own headers
      const gone = await server.get(host, '/assets/strength-AAAAAAAA.js');
      expect(gone.status).toBe(404);
      expect(gone.headers).toMatchObject({
        'content-type': 'text/html; charset=UTF-8',
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
    },
  );

  test('without the script of the hint: no hint, and the form works', async () => {
    const email = 'wim@strength.test';
    await addContact(server, admin, 'demo', { name: 'Wim Willow', email });
    const profile = await openProfile(browser);
    const { page } = profile;
    await page.route('**/assets/strength-*.js', (route) => route.abort());
    await signIn(server, page, 'demo', email);
    await openFromMenu(page, 'Update password');
    await page.getByLabel('Password', { exact: true }).fill('fourteen chars');
    await page.getByRole('button', { name: 'Show password' }).click();
    await page.getByRole('button', { name: 'Save password' }).click();
    const isTooShort = await page
      .getByLabel('Password', { exact: true })
      .evaluate((input: HTMLInputElement) => input.validity.tooShort);
    expect(isTooShort, 'the browser says so itself').toBe(true);
    expect(await page.locator('#strength').textContent()).toBe('');
    await page.getByLabel('Password', { exact: true }).fill(FIRST);
    await press(page, 'Save password');
    await page.getByText('Your password is set.').waitFor();
    expect(profile.faults).toEqual([expect.stringContaining('ERR_FAILED')]);
    await profile.context.close();
  });

  test('no password typed: the browser asks for one; a link needs none', async () => {
    const page = await open(browser);
    await openPasswordTab(server, page, 'demo');
    await page.getByLabel('Email').fill('xenia@nowhere.test');
    const seen = requestsOf(page);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const password = page.getByLabel('Password', { exact: true });
    expect(await password.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(seen).toEqual([]);
    await press(page, 'Email me a link instead');
    await page.getByText('xenia@nowhere.test').waitFor();
    const code = page.getByLabel('Code from the email');
    expect(await code.isVisible()).toBe(true);
  });
});

/** Of every form with a password: the name and autocomplete value of each field for a password manager. */
function passwordForms(page: Page): Promise<string[][]> {
  return page.evaluate(() =>
    [...document.forms]
      .filter((form) => form.querySelector('input[type=password]'))
      .map((form) =>
        [...form.querySelectorAll('input[autocomplete]')].map(
          (input) => `${input.getAttribute('name')} ${input.getAttribute('autocomplete')}`,
        ),
      ),
  );
}

/** Every request of a page from here on, as it is made. */
function requestsOf(page: Page): Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => requests.push(request));
  return requests;
}

/** Presses a button whose form is answered with "stay", and returns what was sent. */
async function sending(page: Page, button: string): Promise<Request> {
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === 'POST'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return request;
}

function exactly(words: string | RegExp): RegExp {
  return words instanceof RegExp
    ? words
    : new RegExp(`^${words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
