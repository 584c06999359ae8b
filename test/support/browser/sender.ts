import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { ACCOUNT } from '../doubles/mailchannels/domains.ts';
import { textOf, type WireMail } from '../doubles/mailchannels/send.ts';
import { codeIn, linkIn, type Mail } from '../mail.ts';
import type { Server } from './server.ts';
import { press } from './walk.ts';

/** The platform’s own sender. */
export const PLATFORM = 'portal@portal.localhost';
/** Longer than a sender goes unchecked. */
export const A_WHILE = 61 * 60_000;

/**
 * How mail leaves where freelancers may have their own sender. All browsers here are one network, which would have six mails an
 * hour of the budget of a free plan.
 */
export const WITH_SENDERS = {
  MAIL_TRANSPORT: 'mailchannels',
  MAILCHANNELS_ACCOUNT: ACCOUNT,
  MAILS_PER_DAY: '10000',
};

/** Signs an owner in and opens Settings → Email. */
export async function openEmail(
  server: Server,
  page: Page,
  slug: string,
  owner: string,
): Promise<void> {
  await page.goto(linkIn(asMail(await askForLink(server, page, 'app', owner))));
  await page.goto(`${server.origin('app')}/w/${slug}/settings`);
  await page.getByRole('link', { name: 'Email', exact: true }).click();
}

/** Types the code that was mailed. */
export async function confirm(page: Page, mail: WireMail): Promise<void> {
  await page.getByLabel('Code from the email').fill('');
  await page.getByLabel('Code from the email').pressSequentially(codeIn(asMail(mail)));
  await press(page, 'Confirm the address');
}

/** What stands in a field to copy; where there is script, as its button copies it. */
export async function copied(page: Page, label: string): Promise<string> {
  const field = page.getByLabel(label, { exact: true });
  const value = await field.inputValue();
  const canCopy = await page.getByRole('button', { name: `Copy ${label}` }).count();
  if (canCopy === 0) return value;
  await page.getByRole('button', { name: `Copy ${label}` }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(value);
  return value;
}

/** Publishes a record of a domain as the page has it. */
export async function publishShown(
  server: Server,
  page: Page,
  record: string,
  domain: string,
): Promise<void> {
  const of = `of the ${record} record of ${domain}`;
  const name = await copied(page, `Name ${of}`);
  server.zone.set(name, [await copied(page, `Value ${of}`)]);
}

/** The card of a record in a state. */
export function recordOf(page: Page, record: string, state: string): Locator {
  return page.getByRole('article', { name: `${record} ${state}`, exact: true });
}

/** Waits until Settings → Email says from whom mail comes. */
export function leavesFrom(page: Page, sender: string): Promise<void> {
  return page.getByText(`Mail to clients comes from ${sender},`).waitFor();
}

/** Asks for a link; the mail on the wire that comes of it. */
export async function askForLink(
  server: Server,
  page: Page,
  host: string,
  email: string,
): Promise<WireMail> {
  const before = server.wire.length;
  await page.goto(`${server.origin(host)}/sign-in?method=link`);
  await page.getByLabel('Email').fill(email);
  await press(page, 'Sign in');
  return nextMail(server, email, before, 'to sign in');
}

/** The first mail to an address, of a subject if one is given, after there were `before`. */
export async function nextMail(
  server: Server,
  to: string,
  before: number,
  subject = '',
): Promise<WireMail> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const mail = server.wire.slice(before).find(isTo(to, subject));
    if (mail !== undefined) return mail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail came to ${to}`);
}

/** Whether a mail goes to an address, of a subject if one is given. */
export function isTo(address: string, subject = ''): (mail: WireMail) => boolean {
  return ({ body }) => {
    return body.personalizations[0]?.to[0]?.email === address && body.subject.includes(subject);
  };
}

/** A mail of the wire, to read links and codes in. */
export function asMail(mail: WireMail | undefined): Mail {
  return { text: textOf(mail) } as Mail;
}
