import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openProfile, type Profile } from './walk.ts';

export const FIRST = 'seven quiet herons past midnight';
export const SECOND = 'a kettle full of borrowed thunder';
export const WRONG = 'not what was chosen back then';

export const REFUSED =
  'This email address and password do not match. Try again, or ask for a sign-in link.';

/** Longer than a sign-in counts as recent. */
export const ELEVEN_MINUTES = 11 * 60_000;

/** So that a device differs from the others in a list. */
export const IPHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
};

let opened: Profile[] = [];

/** Opens a page in a profile of its own, until `closeOpened`. */
export async function open(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const profile = await openProfile(browser, options);
  opened.push(profile);
  return profile.page;
}

/** Closes what `open` opened. Fails if a script failed there, or the policy refused something. */
export async function closeOpened(): Promise<void> {
  const profiles = opened;
  opened = [];
  const faults = profiles.flatMap((profile) => profile.faults);
  await Promise.all(profiles.map(({ context }) => context.close()));
  expect(faults).toEqual([]);
}

/** The devices of the page, each in one line. */
export async function devicesOf(page: Page): Promise<string[]> {
  await page.getByRole('heading', { name: 'Devices' }).waitFor();
  const listed = page.getByRole('region', { name: 'Signed in on' }).getByRole('listitem');
  return (await listed.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
}

/** The way of signing in that the page shows. */
export async function chosenTab(page: Page): Promise<string | null> {
  const ways = page.getByRole('navigation', { name: 'How to sign in' });
  return ways.locator('[aria-current=page]').textContent();
}
