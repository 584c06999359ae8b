import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  chosenTab,
  closeOpened,
  devicesOf,
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

const STOLEN = 'marmalade on the tuba again';

let server: Server;
let browser: Browser;
let admin: Page;

withServer(async (started) => {
  ({ server, browser } = started);
  server.breached(STOLEN);
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

  test('a client: sets a password, signs in, changes it, ends devices, removes it', async () => {
    const email = `nora@${key}.test`;
    const card = await addContact(server, admin, 'demo', { name: 'Nora North', email });
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
    await admin.goto(card);
    await admin.getByText('Set a password').waitFor();

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

  test('the card of a client: lists their devices, and a button ends one', async () => {
    const email = `quinn@${key}.test`;
    const card = await addContact(server, admin, 'demo', { name: 'Quinn Quay', email });
    const page = await profile();
    await signIn(server, page, 'demo', email);
    const owner = await profile({ storageState: await admin.context().storageState() });
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

  test('a member: does the same on the admin host', async () => {
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

  test('/.well-known/change-password: leads to the page, at once or after sign-in', async () => {
    const email = `rosa@${key}.test`;
    await addContact(server, admin, 'demo', { name: 'Rosa Reed', email });
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
