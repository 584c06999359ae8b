import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
  Response,
} from 'playwright-core';
import { linkIn, type Mail } from '../mail.ts';
import type { Server } from './server.ts';

/** A browser of one person: its cookies, the page it looks at, and what went wrong there. */
export type Profile = { context: BrowserContext; page: Page; faults: string[] };

/**
 * Opens a browser profile of its own with one page, and notes each script or policy error. It has its own
 * address of origin, so that limits count it alone, and asks for no motion, so that what is looked at stands still.
 */
export async function openProfile(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Profile> {
  const extraHTTPHeaders = { 'cf-connecting-ip': `203.0.113.${++profiles % 250}` };
  const context = await browser.newContext({
    extraHTTPHeaders,
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // a refused form is an answer, which Chromium logs as a failed load
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) {
      faults.push(message.text());
    }
  });
  return { context, page, faults };
}

let profiles = 0;

/** Types an address on the sign-in page of a host and returns the mail that comes of it. */
export async function askFor(
  server: Server,
  page: Page,
  host: string,
  email: string,
): Promise<Mail> {
  const before = new Set((await server.mailbox()).map(({ id }) => id));
  await page.goto(`${server.origin(host)}/sign-in?method=link`);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/sign-in/check-email');
  // a notice that is still under way to somebody is not what was asked for
  return mailAmong(server, (mails) =>
    mails.find(({ id, to, text }) => !before.has(id) && isSame(to, email) && LINK.test(text)),
  );
}

const LINK = /\/sign-in\/link\//;

function isSame(address: string, typed: string): boolean {
  return address.toLowerCase() === typed.toLowerCase();
}

/** The mail that arrives after there were `before`; the visitor's answer does not wait for it. */
export function newMail(server: Server, before: number): Promise<Mail> {
  return mailAmong(server, (mails) => (mails.length > before ? mails[0] : undefined));
}

async function mailAmong(server: Server, pick: (mails: Mail[]) => Mail | undefined): Promise<Mail> {
  for (let tries = 0; tries < 100; tries++) {
    const mail = pick(await server.mailbox());
    if (mail !== undefined) return mail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no mail came');
}

/** Signs in by a mailed link, in the browser that asked. */
export async function signIn(
  server: Server,
  page: Page,
  host: string,
  email: string,
): Promise<void> {
  await page.goto(linkIn(await askFor(server, page, host, email)));
}

/** Presses the button of a form and waits for the page that comes of it. The answer is that to the form itself. */
export async function press(page: Page, button: Locator | string): Promise<Response> {
  const locator = typeof button === 'string' ? page.getByRole('button', { name: button }) : button;
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.waitForEvent('load'),
    locator.click(),
  ]);
  return answer;
}

/** Opens the sign-in page of a host and there the way by password. */
export async function openPasswordTab(server: Server, page: Page, host: string): Promise<void> {
  await page.goto(`${server.origin(host)}/sign-in`);
  await page.getByRole('link', { name: 'Password', exact: true }).click();
  await page.getByLabel('Password', { exact: true }).waitFor();
}

/** Fills in the form of the password tab, which is open, and sends it. */
export async function typePassword(page: Page, email: string, password: string): Promise<Response> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  return press(page, 'Sign in');
}

/** Opens an entry of the menu behind the profile icon. */
export async function openFromMenu(page: Page, entry: string): Promise<void> {
  await page.getByLabel(/Your account/).click();
  await page.getByRole('link', { name: entry, exact: true }).click();
}

/** Signs out by the menu behind the profile icon. */
export async function signOut(page: Page): Promise<void> {
  await page.getByLabel(/Your account/).click();
  await press(page, page.getByRole('banner').getByRole('button', { name: 'Sign out' }));
}

/** Chooses a password on the account page, from the menu on; the current one only where it is asked for. */
export async function choosePassword(
  page: Page,
  password: string,
  current?: string,
): Promise<Response> {
  await openFromMenu(page, 'Update password');
  if (current === undefined) {
    await page.getByLabel(/^(New password|Password)$/).fill(password);
    if (await page.getByLabel('Current password').isVisible()) {
      throw new Error('the current password is asked for');
    }
  } else {
    await page.getByLabel('Current password').fill(current);
    await page.getByLabel('New password').fill(password);
  }
  return press(page, 'Save password');
}

/** An owner adds a contact with portal access; returns the address of its card. */
export async function addContact(
  server: Server,
  admin: Page,
  slug: string,
  { name, email }: { name: string; email: string },
): Promise<string> {
  await admin.goto(`${server.origin('app')}/w/${slug}/contacts/new`);
  await admin.getByLabel('Name').fill(name);
  await admin.getByLabel('Email').fill(email);
  await admin.getByLabel('Portal access').check();
  await press(admin, 'Add contact');
  return admin.url();
}
