import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { linkIn, type Mail } from './mail.ts';
import type { Server } from './server.ts';

/** Opens a browser profile of its own with one page, and fails the walk on a script or policy error. */
export async function openProfile(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await browser.newContext(options);
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

/** Types an address on the sign-in page of a host and returns the mail that comes of it. */
export async function askFor(
  server: Server,
  page: Page,
  host: string,
  email: string,
): Promise<Mail> {
  const before = (await server.mailbox()).length;
  await page.goto(`${server.origin(host)}/sign-in`);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/sign-in/check-email');
  return newMail(server, before);
}

/** The mail that arrives after there were `before`; the visitor's answer does not wait for it. */
export async function newMail(server: Server, before: number): Promise<Mail> {
  for (let tries = 0; tries < 100; tries++) {
    const mails = await server.mailbox();
    const [mail] = mails;
    if (mails.length > before && mail !== undefined) return mail;
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
