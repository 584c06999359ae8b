import type { Browser, BrowserContextOptions } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasFocus, reachable, tabTo, tabUntil } from '../support/browser/keyboard.ts';
import type { Server } from '../support/browser/server.ts';
import {
  addContact,
  openPasswordTab,
  openProfile,
  signIn,
  typePassword,
} from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';
import { linkIn } from '../support/mail.ts';

const LARS = '00000000-0000-4000-8000-00000000d302';
const PASSWORD = 'seven quiet herons past midnight';

let server: Server;
let browser: Browser;
let owner: Pick<BrowserContextOptions, 'storageState'>;

withServer(async (started) => {
  ({ server, browser } = started);
  const admin = await openProfile(browser);
  await signIn(server, admin.page, 'app', 'owner@demo.test');
  owner = { storageState: await admin.context.storageState() };
});

describe('by keyboard alone', () => {
  test('a client: signs in, opens the menu and signs out', async () => {
    const { context, page } = await openProfile(browser);
    await page.goto(`${server.origin('demo')}/sign-in`);
    await tabTo(page, 'email');
    await page.keyboard.type('client@demo.test');
    const before = (await server.mailbox()).length;
    await page.keyboard.press('Enter');
    await page.waitForURL('**/check-email');
    await expect.poll(async () => (await server.mailbox()).length).toBe(before + 1);
    const [newest] = await server.mailbox();
    if (newest === undefined) throw new Error('no mail came');
    await page.goto(linkIn(newest));
    await page.waitForURL(`${server.origin('demo')}/`);

    await tabUntil(page, () => hasFocus(page.getByLabel(/Your account/)));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    await tabUntil(page, () => hasFocus(page.getByRole('button', { name: 'Sign out' })));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in');
    await context.close();
  });

  test('a client: sets a password, signs another device out, signs in by password', async () => {
    const email = 'kim@keys.test';
    const admin = await openProfile(browser, owner);
    await addContact(server, admin.page, 'demo', { name: 'Kim Keys', email });
    await admin.context.close();
    const { context, page, faults } = await openProfile(browser);
    await signIn(server, page, 'demo', email);
    await tabUntil(page, () => hasFocus(page.getByLabel(/Your account/)));
    await page.keyboard.press('Enter');
    await tabUntil(page, () => hasFocus(page.getByRole('link', { name: 'Update password' })));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account/password');
    expect(await reachable(page)).toEqual([
      'Demo Studio',
      'Your account: Kim Keys',
      'Back to the portal',
      'Password',
      'Show password',
      'Save password',
    ]);
    await tabTo(page, 'password');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Hide password' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account/sessions');
    await page.getByText('Your password is set.').waitFor();

    const other = await openProfile(browser);
    await openPasswordTab(server, other.page, 'demo');
    await typePassword(other.page, email, PASSWORD);
    await page.reload();
    expect(await reachable(page)).toEqual([
      'Demo Studio',
      'Your account: Kim Keys',
      'Back to the portal',
      'Sign out',
      expect.stringMatching(/^Sign out Chrome on /),
      'update it',
      'Sign out all others',
    ]);
    await tabUntil(page, () => hasFocus(page.getByRole('button', { name: /^Sign out Chrome/ })));
    await page.keyboard.press('Enter');
    await page.getByText(/^Chrome on .+ was signed out\.$/).waitFor();
    await other.page.reload();
    await other.page.waitForURL('**/sign-in?next=*');

    await tabUntil(page, () => hasFocus(page.getByRole('button', { name: 'Sign out' })));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in');
    await tabUntil(page, () => hasFocus(page.getByRole('link', { name: 'Password', exact: true })));
    await page.keyboard.press('Enter');
    await page.waitForURL('**method=password');
    expect(await reachable(page)).toEqual([
      'Magic link',
      'Password',
      'Email',
      'Password',
      'Show password',
      'Sign in',
      'Email me a link instead',
      'hello@demo.test',
    ]);
    await tabTo(page, 'email');
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.origin('demo')}/`);
    await page.goto(`${server.origin('demo')}/account/password`);
    expect(await reachable(page)).toEqual([
      'Demo Studio',
      'Your account: Kim Keys',
      'Back to the portal',
      'Current password',
      'Show current password',
      'Forgot it? Sign in again by link, then set a new one without it.',
      'New password',
      'Show new password',
      'Save password',
      'Remove the password',
    ]);
    expect(faults).toEqual([]);
    await other.context.close();
    await context.close();
  });

  test('an owner: skips to the content and flips the switch, which keeps the focus', async () => {
    const { context, page } = await openProfile(browser, owner);
    await page.goto(`${server.origin('app')}/w/demo/contacts/${LARS}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#main');
    const toggle = page.getByRole('switch', { name: 'Portal access' });
    await tabUntil(page, () => hasFocus(toggle));
    const outline = await toggle.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline, 'the focus is visible').not.toBe('none');
    await page.keyboard.press('Space');
    await page.getByText('Portal access is on.').waitFor();
    expect(await toggle.getAttribute('aria-checked')).toBe('true');
    expect(await hasFocus(toggle)).toBe(true);
    await page.keyboard.press('Space');
    await page.getByText('Portal access is off. 0 sessions ended, 0 links voided.').waitFor();
    await context.close();
  });
});
