import type { Page } from 'playwright-core';
import {
  askFor,
  openFromMenu,
  openPasswordTab,
  openProfile,
  press,
  signIn,
  typePassword,
} from '../support/browser/walk.ts';
import { linkIn } from '../support/mail.ts';
import { GUESSED, PASSWORD, type Walk, WRONG } from './walk.ts';

/** Leads a page to some state, after a walk. */
export type Open = (page: Page, walk: Walk) => Promise<unknown>;

/** Opens an address of a host. */
export function at(host: string, path: string): Open {
  return (page, { server }) => page.goto(`${server.origin(host)}${path}`);
}

export async function askBadly(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('demo')}/sign-in`);
  await page.getByLabel('Email').fill('carla@acme');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('does not look like one email address').waitFor();
}

export async function askAsStranger(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('demo')}/sign-in`);
  await page.getByLabel('Email').fill('stranger@nowhere.test');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/check-email');
}

export async function typeWrongCode(page: Page, walk: Walk): Promise<void> {
  await askAsStranger(page, walk);
  await page.getByLabel('Code from the email').fill('AAAAAA');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('That code isn’t right').waitFor();
}

/** Opens a used link in a browser that did not ask for it, and renews it. */
export async function renewUsed(page: Page, { server }: Walk): Promise<void> {
  const link = linkIn(await askFor(server, page, 'demo', 'frida@fresh.test'));
  await page.goto(link);
  await page.context().clearCookies();
  await page.goto(link);
  await page.getByRole('button', { name: 'Email me a new link' }).click();
  await page.waitForURL('**/check-email');
  await page.getByText('sign this browser in to that account').waitFor();
}

/** Opens the menu behind the profile icon. */
export function openMenu(host: string): Open {
  return async (page, { server }) => {
    await page.goto(`${server.origin(host)}/`);
    await page.getByLabel(/Your account/).click();
    for (const entry of ['Update password', 'Devices']) {
      await page.getByRole('link', { name: entry, exact: true }).waitFor();
    }
  };
}

export async function guessOnce(page: Page, { server }: Walk): Promise<void> {
  await openPasswordTab(server, page, 'demo');
  await typePassword(page, 'stranger@nowhere.test', WRONG);
  await page.getByText('This email address and password do not match.').waitFor();
}

/** Types wrong passwords until they are paused; on a slow machine an earlier pause may be over by now. */
export async function guessTooOften(page: Page, { server }: Walk): Promise<void> {
  await openPasswordTab(server, page, 'demo');
  for (let tries = 0; tries < 6; tries++) {
    if ((await typePassword(page, GUESSED, WRONG)).status() === 429) return;
  }
  throw new Error('the password is not paused');
}

/** The same in another browser. */
export async function guessElsewhere(walk: Walk): Promise<void> {
  const stranger = await openProfile(walk.browser);
  await guessTooOften(stranger.page, walk);
  await stranger.context.close();
}

export async function chooseWeakly(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Password', { exact: true }).fill('abcabcabcabcabcabc');
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.getByText('Easy to guess: repeating adds little').waitFor();
}

export async function chooseStrongly(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByText('Strong', { exact: true }).waitFor();
}

export async function chooseBadly(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Password', { exact: true }).fill('frida fresh frida');
  await press(page, 'Save password');
  await page.getByText('which anybody who knows you would try').waitFor();
}

export async function askedForCurrent(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Current password').waitFor();
}

export async function confirmForgotten(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByRole('link', { name: /^Forgot it\?/ }).click();
  await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
}

/** Everybody's session is a while old from here on, so pages that depend on its age come before. */
export async function confirmAfterAWhile(page: Page, { server }: Walk): Promise<void> {
  await server.age(11 * 60_000);
  await page.goto(`${server.origin('demo')}/account/confirmation`);
  await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
}

export async function mistypeCurrent(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Current password').fill(WRONG);
  await page.getByLabel('New password').fill(PASSWORD);
  await press(page, 'Save password');
  await page.getByText('That isn’t your current password.').waitFor();
}

export async function changeWhilePaused(page: Page, walk: Walk): Promise<void> {
  const { server } = walk;
  await guessElsewhere(walk);
  await page.goto(`${server.origin('demo')}/account/password`);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password').fill('a kettle full of borrowed thunder');
  await press(page, 'Save password');
  await page.getByText('Too many wrong passwords').waitFor();
}

export async function endOthers(page: Page, { server, browser }: Walk): Promise<void> {
  const elsewhere = await openProfile(browser);
  await signIn(server, elsewhere.page, 'app', 'owner@demo.test');
  await elsewhere.context.close();
  await page.goto(`${server.origin('app')}/w/demo`);
  await openFromMenu(page, 'Devices');
  await press(page, 'Sign out all others');
  await page.getByText('1 other device was signed out.').waitFor();
}
