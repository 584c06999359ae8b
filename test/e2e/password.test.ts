import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { strengthScript } from '../../ui/paths.ts';
import { launch } from '../support/browser/launch.ts';
import { type Server, startServer } from '../support/browser/server.ts';
import {
  addContact,
  choosePassword,
  newMail,
  openFromMenu,
  openPasswordTab,
  openProfile,
  type Profile,
  press,
  signIn,
  signOut,
  typePassword,
} from '../support/browser/walk.ts';
import { linkIn } from '../support/mail.ts';

const FIRST = 'seven quiet herons past midnight';
const SECOND = 'a kettle full of borrowed thunder';
const STOLEN = 'marmalade on the tuba again';
const WRONG = 'not what was chosen back then';

const REFUSED =
  'This email address and password do not match. Try again, or ask for a sign-in link.';
const RESTING =
  'Too many wrong passwords. Try again in 1 minute, or ask for a sign-in link, which works at once.';

const ELEVEN_MINUTES = 11 * 60_000;

/** So that a device can be told from the others in a list. */
const IPHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
};

let server: Server;
let browser: Browser;
let desk: Page;
let opened: Profile[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  server.breached(STOLEN);
  desk = (await openProfile(browser)).page;
  await signIn(server, desk, 'app', 'owner@demo.test');
});

// Whatever a walk was about: no script failed, and the policy refused nothing.
afterEach(async () => {
  const profiles = opened;
  opened = [];
  const faults = profiles.flatMap((profile) => profile.faults);
  await Promise.all(profiles.map(({ context }) => context.close()));
  expect(faults).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe.each([
  { how: 'with scripts', javaScriptEnabled: true, key: 'scripts' },
  { how: 'without scripts', javaScriptEnabled: false, key: 'plain' },
])('$how', ({ javaScriptEnabled, key }) => {
  const profile = (options: BrowserContextOptions = {}) => open({ javaScriptEnabled, ...options });

  test('a client sets a password, signs in with it, changes it, ends devices, and removes it again', async () => {
    const email = `nora@${key}.test`;
    const card = await addContact(server, desk, 'demo', { name: 'Nora North', email });
    const page = await profile();
    await signIn(server, page, 'demo', email);

    const icon = await page.getByLabel(/Your account/).boundingBox();
    const width = page.viewportSize()?.width ?? 0;
    expect(icon?.y, 'the profile icon is at the top').toBeLessThan(60);
    expect((icon?.x ?? 0) + (icon?.width ?? 0), 'and right').toBeGreaterThan(width * 0.85);
    await openFromMenu(page, 'Update password');
    await page.getByRole('heading', { name: 'Set a password' }).waitFor();
    expect(await page.locator('input[type=password]').count(), 'asks only the new one').toBe(1);
    await page.getByLabel('Password', { exact: true }).fill(STOLEN);
    expect((await press(page, 'Save password')).status()).toBe(422);
    await page.getByText('in lists of passwords stolen elsewhere').waitFor();
    const field = page.getByLabel('Password', { exact: true });
    expect(await field.inputValue(), 'a password is never sent back').toBe('');
    await field.fill(FIRST);
    let mails = (await server.mailbox()).length;
    expect((await press(page, 'Save password')).status()).toBe(303);
    expect(new URL(page.url()).pathname).toBe('/account/sessions');
    await page.getByText('Your password is set. Links mailed before no longer work.').waitFor();
    expect(await devicesOf(page)).toEqual([expect.stringContaining('This device')]);
    const notice = await newMail(server, mails);
    expect(notice).toMatchObject({
      to: email,
      subject: 'Your password for Demo Studio was set',
      from: { name: 'Demo Studio' },
      replyTo: 'hello@demo.test',
    });
    expect(notice.text + notice.html).not.toContain(FIRST);
    await desk.goto(card);
    await desk.getByText('Set a password').waitFor();

    await signOut(page);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(await chosenTab(page), 'this browser came in by link').toBe('Magic link');
    await openPasswordTab(server, page, 'demo');
    expect((await typePassword(page, email, FIRST)).status()).toBe(303);
    expect(page.url()).toBe(`${server.origin('demo')}/`);
    await page.getByText('and your password, or ask for a sign-in link.').waitFor();
    const phone = await profile(IPHONE);
    await openPasswordTab(server, phone, 'demo');
    await typePassword(phone, email, FIRST);
    expect(phone.url()).toBe(`${server.origin('demo')}/`);

    await openFromMenu(page, 'Update password');
    await page.getByRole('heading', { name: 'Update password' }).waitFor();
    await page.getByLabel('Current password').fill(WRONG);
    await page.getByLabel('New password').fill(SECOND);
    expect((await press(page, 'Save password')).status()).toBe(422);
    await page.getByText('That isn’t your current password.').waitFor();
    mails = (await server.mailbox()).length;
    expect((await choosePassword(page, SECOND, FIRST)).status()).toBe(303);
    await page.getByText('Your password is changed. 1 other device was signed out').waitFor();
    expect((await newMail(server, mails)).subject).toMatch(/was changed$/);
    await page.goto(`${server.origin('demo')}/`);
    await page.getByRole('heading', { name: 'Hello, Nora' }).waitFor();

    await openFromMenu(phone, 'Update password');
    await phone.waitForURL('**/sign-in?next=*');
    expect(await chosenTab(phone), 'this browser came in by password').toBe('Password');
    expect((await typePassword(phone, email, FIRST)).status()).toBe(401);
    await phone.getByText(REFUSED).waitFor();
    expect(await phone.getByLabel('Email').inputValue()).toBe(email);
    expect(await phone.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    await typePassword(phone, email, SECOND);
    expect(phone.url(), 'back where it was going').toBe(
      `${server.origin('demo')}/account/password`,
    );

    await openFromMenu(page, 'Devices');
    expect(await devicesOf(page)).toEqual([
      expect.stringMatching(/This device.*Signed in by password just now/),
      expect.stringMatching(/Safari on iOS.*Signed in by password just now/),
    ]);
    await press(page, page.getByRole('button', { name: /^Sign out Safari on iOS/ }));
    await page.getByText('Safari on iOS was signed out.').waitFor();
    expect(await devicesOf(page)).toHaveLength(1);
    await phone.reload();
    await phone.waitForURL('**/sign-in?next=*');
    await typePassword(phone, email, SECOND);
    await openFromMenu(phone, 'Devices');
    expect(await devicesOf(phone)).toHaveLength(2);
    await press(phone, 'Sign out all others');
    await phone.getByText('1 other device was signed out.').waitFor();
    await phone.getByText('No other device is signed in.').waitFor();
    await page.reload();
    await page.waitForURL('**/sign-in?next=*');

    await openFromMenu(phone, 'Update password');
    await phone.getByRole('link', { name: 'Remove the password' }).click();
    await phone.getByRole('heading', { name: 'Remove your password?' }).waitFor();
    await phone.getByRole('link', { name: 'Keep it' }).click();
    await phone.getByRole('heading', { name: 'Update password' }).waitFor();
    await phone.getByRole('link', { name: 'Remove the password' }).click();
    mails = (await server.mailbox()).length;
    await press(phone, 'Remove password');
    await phone.getByText('Your password is removed.').waitFor();
    expect((await newMail(server, mails)).subject).toMatch(/was removed$/);
    await signOut(phone);
    expect(await chosenTab(phone)).toBe('Password');
    expect((await typePassword(phone, email, SECOND)).status()).toBe(401);
    await phone.getByText(REFUSED).waitFor();
    await signIn(server, phone, 'demo', email);
    await phone.getByRole('heading', { name: 'Hello, Nora' }).waitFor();
    await signOut(phone);
    expect(await chosenTab(phone), 'this browser came in by link again').toBe('Magic link');
  });

  test('wrong passwords make it rest, the right one with them; a link still works, and a new password does at once', async () => {
    const email = `otto@${key}.test`;
    const card = await addContact(server, desk, 'demo', { name: 'Otto Oakes', email });
    const page = await profile();
    await signIn(server, page, 'demo', email);
    await choosePassword(page, FIRST);
    await page.getByText('Your password is set.').waitFor();

    const stranger = await profile(IPHONE);
    await openPasswordTab(server, stranger, 'demo');
    for (let tries = 0; tries < 5; tries++) {
      const wrong = await typePassword(stranger, email, WRONG);
      expect([tries, wrong.status()]).toEqual([tries, 401]);
      expect(await stranger.getByRole('alert').textContent()).toBe(REFUSED);
    }
    const late = await typePassword(stranger, email, WRONG);
    expect(late.status()).toBe(429);
    const wait = Number(late.headers()['retry-after']);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await stranger.getByRole('alert').textContent()).toBe(RESTING);
    expect((await typePassword(stranger, email, FIRST)).status(), 'the right one too').toBe(429);
    await page.reload();
    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    await desk.goto(card);
    await desk.getByText(/Paused until .+ after too many wrong tries/).waitFor();
    await desk.getByText(/paused for 1 minute, the link still works/).waitFor();

    const mails = (await server.mailbox()).length;
    expect(await stranger.getByLabel('Email').inputValue()).toBe(email);
    await press(stranger, 'Email me a link instead');
    expect(stranger.url()).toBe(`${server.origin('demo')}/sign-in/check-email`);
    await stranger.getByText(email).waitFor();
    const mail = await newMail(server, mails);
    expect(mail.to).toBe(email);
    await stranger.goto(linkIn(mail));
    await stranger.getByRole('heading', { name: 'Hello, Otto' }).waitFor();
    await signOut(stranger);
    await openPasswordTab(server, stranger, 'demo');
    // a link that freed the password would tell strangers whose address is somebody's
    expect((await typePassword(stranger, email, FIRST)).status(), 'still resting').toBe(429);
    await signIn(server, stranger, 'demo', email);
    expect((await choosePassword(stranger, SECOND)).status()).toBe(303);
    await stranger.getByText('Your password is changed. 1 other device was signed out').waitFor();
    await expect
      .poll(async () => {
        await desk.goto(card);
        return desk.getByText('Paused until').count();
      })
      .toBe(0);
    await signOut(stranger);
    await openPasswordTab(server, stranger, 'demo');
    expect((await typePassword(stranger, email, FIRST)).status(), 'counted anew').toBe(401);
    expect((await typePassword(stranger, email, SECOND)).status()).toBe(303);
    expect(stranger.url()).toBe(`${server.origin('demo')}/`);
  });

  test('who forgot the password signs in again by link, on the same device, and sets another without it', async () => {
    const email = `paul@${key}.test`;
    await addContact(server, desk, 'demo', { name: 'Paul Pine', email });
    const page = await profile();
    await signIn(server, page, 'demo', email);
    await choosePassword(page, FIRST);
    await signOut(page);
    await openPasswordTab(server, page, 'demo');
    await typePassword(page, email, FIRST);

    await openFromMenu(page, 'Update password');
    await page.getByRole('link', { name: /^Forgot it\?/ }).click();
    await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
    const who = page.getByLabel('Email');
    expect([await who.inputValue(), await who.isEditable()]).toEqual([email, false]);
    expect(await page.getByLabel('Password').count(), 'it was forgotten').toBe(0);
    const mails = (await server.mailbox()).length;
    await press(page, 'Email me a link');
    await page.getByRole('heading', { name: 'Check your email' }).waitFor();
    await page.goto(linkIn(await newMail(server, mails)));
    expect(page.url()).toBe(`${server.origin('demo')}/account/password`);
    await page.getByLabel('New password').fill(SECOND);
    expect(await page.getByLabel('Current password').count()).toBe(0);
    await press(page, 'Save password');
    await page.getByText('Your password is changed. Links mailed before no longer work.').waitFor();
    expect(await devicesOf(page), 'proving it once more is no second device').toHaveLength(1);
  });

  test('removing asks “Is it you?” of who signed in a while ago: by password or by link, and goes on from there', async () => {
    const email = `tess@${key}.test`;
    await addContact(server, desk, 'demo', { name: 'Tess Tide', email });
    const page = await profile();
    await signIn(server, page, 'demo', email);
    await choosePassword(page, FIRST);
    await server.age(ELEVEN_MINUTES);
    await openFromMenu(page, 'Update password');
    await page.getByLabel('Current password').waitFor();
    await page.getByRole('link', { name: 'Remove the password' }).click();
    await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
    expect(await page.getByLabel('Email').inputValue()).toBe(email);
    await page.getByLabel('Password', { exact: true }).fill(FIRST);
    await press(page, 'Continue');
    await page.getByRole('heading', { name: 'Remove your password?' }).waitFor();
    await server.age(ELEVEN_MINUTES);
    await press(page, 'Remove password');
    await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
    const mails = (await server.mailbox()).length;
    await press(page, 'Email me a link instead');
    await page.getByRole('heading', { name: 'Check your email' }).waitFor();
    await page.goto(linkIn(await newMail(server, mails)));
    await page.getByRole('heading', { name: 'Remove your password?' }).waitFor();
    await press(page, 'Remove password');
    await page.getByText('Your password is removed.').waitFor();
    expect(await devicesOf(page)).toHaveLength(1);
  });

  test('the freelancer sees on the card where a client is signed in, and ends it', async () => {
    const email = `quinn@${key}.test`;
    const card = await addContact(server, desk, 'demo', { name: 'Quinn Quay', email });
    const page = await profile();
    await signIn(server, page, 'demo', email);
    const owner = await profile({ storageState: await desk.context().storageState() });
    await owner.goto(card);
    await owner.getByText('Not set: signs in by link').waitFor();
    await choosePassword(page, FIRST);
    const phone = await profile(IPHONE);
    await openPasswordTab(server, phone, 'demo');
    await typePassword(phone, email, FIRST);
    await owner.reload();
    await owner.getByText('Set just now').waitFor();
    const listed = await owner
      .getByRole('listitem')
      .filter({ hasText: 'Last seen' })
      .allInnerTexts();
    expect(listed).toHaveLength(2);
    expect(listed.join()).toMatch(/Signed in by password just now/);
    expect(listed.join()).toMatch(/Signed in by link just now/);
    await press(owner, owner.getByRole('button', { name: /^Sign out Safari on iOS/ }));
    await owner.getByText('Quinn Quay was signed out of Safari on iOS.').waitFor();
    await owner.getByText('by owner@demo.test: Safari on iOS').waitFor();
    await phone.reload();
    await phone.waitForURL('**/sign-in?next=*');
    await page.reload();
    await page.getByRole('heading', { name: 'Devices' }).waitFor();
  });

  test('a member does the same at the desk’s own door', async () => {
    const email = 'owner@rival.test';
    const page = await profile();
    await signIn(server, page, 'app', email);
    await page.waitForURL('**/w/rival');
    const mails = (await server.mailbox()).length;
    expect((await choosePassword(page, FIRST)).status()).toBe(303);
    await page.getByText('Your password is set.').waitFor();
    const notice = await newMail(server, mails);
    expect(notice).toMatchObject({ to: email, from: { name: 'Latchkey' } });
    await page.getByRole('link', { name: 'Back to your workspace' }).click();
    await page.waitForURL('**/w/rival');
    await signOut(page);
    await openPasswordTab(server, page, 'app');
    expect((await typePassword(page, email, WRONG)).status()).toBe(401);
    expect((await typePassword(page, email, FIRST)).status()).toBe(303);
    await page.waitForURL('**/w/rival');
    const elsewhere = await profile();
    await openPasswordTab(server, elsewhere, 'rival');
    expect((await typePassword(elsewhere, email, FIRST)).status(), 'not at the portal').toBe(401);
    await openFromMenu(page, 'Update password');
    await page.getByRole('link', { name: 'Remove the password' }).click();
    await press(page, 'Remove password');
    await page.getByText('Your password is removed.').waitFor();
  });

  test('/.well-known/change-password leads to the page: at once, or by way of signing in', async () => {
    const email = `rosa@${key}.test`;
    await addContact(server, desk, 'demo', { name: 'Rosa Reed', email });
    const page = await profile();
    await page.goto(`${server.origin('demo')}/.well-known/change-password`);
    expect(page.url()).toBe(`${server.origin('demo')}/sign-in?next=%2Faccount%2Fpassword`);
    const mails = (await server.mailbox()).length;
    await page.getByLabel('Email').fill(email);
    await press(page, 'Sign in');
    await page.goto(linkIn(await newMail(server, mails)));
    expect(page.url()).toBe(`${server.origin('demo')}/account/password`);
    await page.goto(`${server.origin('demo')}/.well-known/change-password`);
    expect(page.url()).toBe(`${server.origin('demo')}/account/password`);
    const show = page.getByRole('button', { name: 'Show password' });
    expect(await show.isVisible(), 'a button that can do something').toBe(javaScriptEnabled);
  });
});

describe('password managers', () => {
  test('find one form with a password per page, with the right autocomplete values and the account’s name', async () => {
    const email = 'sven@managers.test';
    await addContact(server, desk, 'demo', { name: 'Sven Stone', email });
    const page = await open();
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
  test('switching between link and password takes the typed address along, never in the URL', async () => {
    const page = await open();
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

  test('Show and Hide: shown on demand, sent as a password all the same; not sent at all for a link', async () => {
    const page = await open();
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

  test('the strength hint weighs a password while it is typed, here and nowhere else', async () => {
    const email = 'vera@strength.test';
    await addContact(server, desk, 'demo', { name: 'Vera Violet', email });
    const page = await open();
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

  test.each(['demo', 'app'])('the edge serves its script on %s, for good', async (host) => {
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
  });

  test('without its script there is no hint, and the form works all the same', async () => {
    const email = 'wim@strength.test';
    await addContact(server, desk, 'demo', { name: 'Wim Willow', email });
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

  test('the browser asks for a password by itself when there is none typed; a link needs none', async () => {
    const page = await open();
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

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const profile = await openProfile(browser, options);
  opened.push(profile);
  return profile.page;
}

/** The devices of the page, each in one line. */
async function devicesOf(page: Page): Promise<string[]> {
  await page.getByRole('heading', { name: 'Devices' }).waitFor();
  const listed = page.getByRole('region', { name: 'Signed in on' }).getByRole('listitem');
  return (await listed.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
}

/** The way of signing in that the page shows. */
async function chosenTab(page: Page): Promise<string | null> {
  const ways = page.getByRole('navigation', { name: 'How to sign in' });
  return ways.locator('[aria-current=page]').textContent();
}

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
