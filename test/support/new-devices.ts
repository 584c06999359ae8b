import { codeIn, type Mail } from './mail.ts';
import { mailbox, type Visitor, visit } from './visitor.ts';

/** The cookie by which a browser is known to a member. */
export const BROWSER = '__Host-browser';

/** The mails about new devices, newest first: all, or one member's. */
export async function newDeviceMails(only?: string): Promise<Mail[]> {
  const all = (await mailbox()).filter(({ subject }) => subject.startsWith('New device'));
  return all.filter(({ to }) => only === undefined || to === only);
}

/** The same person in the same browser, signed out. */
export async function signedOut(browser: Visitor): Promise<Visitor> {
  await browser.post('/sign-out');
  return browser;
}

/** A browser on the admin host that this member was signed in with, and is no longer. */
export async function browserOf(email: string): Promise<Visitor> {
  return signedOut(await visit('app').signInAs(email));
}

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0';

/** What requests of Firefox on Windows in Lisbon carry. */
export const IN_LISBON = {
  headers: { 'user-agent': FIREFOX },
  cf: { city: 'Lisbon', country: 'PT' },
};

/** Signs in by code, as Firefox in Lisbon. */
export async function signInFromLisbon(browser: Visitor, email: string): Promise<Response> {
  return browser.post('/sign-in/code', { code: codeIn(await browser.ask(email)) }, IN_LISBON);
}
