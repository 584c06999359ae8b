import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  closeOpened,
  devicesOf,
  ELEVEN_MINUTES,
  FIRST,
  IPHONE,
  open,
  REFUSED,
  SECOND,
  WRONG,
} from '../support/browser/password.ts';
import type { Server } from '../support/browser/server.ts';
import {
  addContact,
  choosePassword,
  newMail,
  openFromMenu,
  openPasswordTab,
  openProfile,
  press,
  signIn,
  signOut,
  typePassword,
} from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';
import { linkIn } from '../support/mail.ts';

const PAUSED =
  'Too many wrong passwords. Try again in 1 minute, or ask for a sign-in link, which works at once.';

let server: Server;
let browser: Browser;
let admin: Page;

withServer(async (started) => {
  ({ server, browser } = started);
  admin = (await openProfile(browser)).page;
  await signIn(server, admin, 'app', 'owner@demo.test');
});

afterEach(closeOpened);

describe.each([
  { how: 'with scripts', javaScriptEnabled: true, key: 'scripts' },
  { how: 'without scripts', javaScriptEnabled: false, key: 'plain' },
])('$how', ({ javaScriptEnabled, key }) => {
  const profile = (options: BrowserContextOptions = {}) =>
    open(browser, { javaScriptEnabled, ...options });

  test('wrong passwords: the password is paused, a link works, so does a new password', async () => {
    const email = `otto@${key}.test`;
    const card = await addContact(server, admin, 'demo', { name: 'Otto Oakes', email });
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
    expect(await stranger.getByRole('alert').textContent()).toBe(PAUSED);
    expect((await typePassword(stranger, email, FIRST)).status(), 'the right one too').toBe(429);
    await page.reload();
    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    await admin.goto(card);
    await admin.getByText(/Paused until .+ after too many wrong tries/).waitFor();
    await admin.getByText(/paused for 1 minute, the link still works/).waitFor();

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
    const another = await profile();
    await openPasswordTab(server, another, 'demo');
    // a link that freed the password would show strangers whose address is somebody's
    expect((await typePassword(another, email, FIRST)).status(), 'still paused').toBe(429);
    await signIn(server, stranger, 'demo', email);
    expect((await choosePassword(stranger, SECOND)).status()).toBe(303);
    await stranger.getByText('Your password is changed. 1 other device was signed out').waitFor();
    await expect
      .poll(async () => {
        await admin.goto(card);
        return admin.getByText('Paused until').count();
      })
      .toBe(0);
    await signOut(stranger);
    await openPasswordTab(server, stranger, 'demo');
    expect((await typePassword(stranger, email, FIRST)).status(), 'counted anew').toBe(401);
    expect((await typePassword(stranger, email, SECOND)).status()).toBe(303);
    expect(stranger.url()).toBe(`${server.origin('demo')}/`);
  });

  test('a forgotten password: sign in by link on the same device, then set another', async () => {
    const email = `paul@${key}.test`;
    await addContact(server, admin, 'demo', { name: 'Paul Pine', email });
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

  test('removal a while after sign-in: asks “Is it you?”, by password or link, goes on', async () => {
    const email = `tess@${key}.test`;
    await addContact(server, admin, 'demo', { name: 'Tess Tide', email });
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
});
