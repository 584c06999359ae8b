import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AppContext } from '../context.ts';
import { readSession, type SessionClaim, signSession } from '../sessions/cookie.ts';
import { browserName } from '../sessions/known-browser.ts';
import { SESSION_LONGEST } from '../sessions/lifetime.ts';
import type { StartedSession } from '../sessions/start.ts';
import {
  KNOWN_REMEMBERED,
  type KnownMailboxes,
  readKnownMailboxes,
  signKnownMailboxes,
  withMailbox,
} from '../sign-in/known-mailboxes.ts';
import { LINK_REMEMBERED } from '../sign-in/magic-link.ts';
import {
  readSignInRequest,
  type SignInRequest,
  signSignInRequest,
} from '../sign-in/sign-in-request.ts';
import { days } from '../values/duration.ts';
import { storedEmail } from '../values/email-address.ts';

// `__Host-` binds a cookie to this host. Attack: a sibling subdomain can set plain and `__Secure-` cookies in a
// visitor's browser, but no `__Host-` cookie (RFC 6265bis, 4.1.3.2). `Lax`, because a browser that follows a link in
// webmail does not send `Strict` cookies.
export const HOST_COOKIE = {
  prefix: 'host',
  secure: true,
  httpOnly: true,
  sameSite: 'Lax',
  path: '/',
} as const;

// The names that browsers hold now.
const SESSION = 'session';
const REQUEST = 'asking';
const METHOD = 'method';
const BROWSER = 'browser';
const KNOWN = 'known';

/** How long a browser keeps its name: no cookie lives longer (RFC 6265bis, 5.5). */
const BROWSER_REMEMBERED = days(400);

/** How long a browser remembers that its last sign-in was by password. */
const METHOD_REMEMBERED = days(365);

/** Whether a browser sent any cookie of ours. One that keeps none never does. */
export function sendsCookies(c: AppContext): boolean {
  return /(?:^|;)\s*__Host-/.test(c.req.header('cookie') ?? '');
}

/** The claim of the session cookie; null when we did not sign it. It costs a signature check and no query. */
export function sessionClaim(c: AppContext): Promise<SessionClaim | null> {
  const { keyring, realm, now } = c.var;
  return readSession(keyring, realm, getCookie(c, SESSION, 'host'), now);
}

/** Sets the cookie of a session that has just started. */
export async function setSession(c: AppContext, started: StartedSession): Promise<void> {
  const { keyring, realm, now } = c.var;
  const value = await signSession(keyring, realm, started, now);
  setCookie(c, SESSION, value, { ...HOST_COOKIE, maxAge: SESSION_LONGEST / 1000 });
}

export function clearSession(c: AppContext): void {
  deleteCookie(c, SESSION, HOST_COOKIE);
}

/** The sign-in request of this browser; null when it made none within LINK_REMEMBERED. */
export function readSignInRequestCookie(c: AppContext): Promise<SignInRequest | null> {
  const { keyring, realm, now } = c.var;
  return readSignInRequest(keyring, realm, getCookie(c, REQUEST, 'host'), now);
}

export async function setSignInRequestCookie(c: AppContext, request: SignInRequest): Promise<void> {
  const { keyring, realm } = c.var;
  const value = await signSignInRequest(keyring, realm, request);
  setCookie(c, REQUEST, value, { ...HOST_COOKIE, maxAge: LINK_REMEMBERED / 1000 });
}

export function clearSignInRequestCookie(c: AppContext): void {
  deleteCookie(c, REQUEST, HOST_COOKIE);
}

/** The method of the last sign-in in this browser, which the sign-in page shows first. Only the browser stores it. */
export function lastMethod(c: AppContext): 'link' | 'password' {
  return getCookie(c, METHOD, 'host') === 'password' ? 'password' : 'link';
}

/** Remembers the method of a sign-in. Only `password` needs a cookie, because the page shows the link by default. */
export function keepMethod(c: AppContext, method: 'link' | 'code' | 'password'): void {
  if (method === 'password') {
    setCookie(c, METHOD, method, { ...HOST_COOKIE, maxAge: METHOD_REMEMBERED / 1000 });
  } else if (lastMethod(c) === 'password') {
    deleteCookie(c, METHOD, HOST_COOKIE);
  }
}

/** The name of this browser, the same for everybody who signs in with it. Each call renews its cookie. */
export function keepBrowserName(c: AppContext): string {
  const name = browserName(getCookie(c, BROWSER, 'host'));
  setCookie(c, BROWSER, name, { ...HOST_COOKIE, maxAge: BROWSER_REMEMBERED / 1000 });
  return name;
}

/** The mailboxes that this browser is known to; null when none has signed in with it. */
export function readKnownCookie(c: AppContext): Promise<KnownMailboxes | null> {
  const { keyring, realm, now } = c.var;
  return readKnownMailboxes(keyring, realm, getCookie(c, KNOWN, 'host'), now);
}

/** Makes this browser known to the mailbox of an address that has just signed in. Signing out keeps the cookie. */
export async function keepKnown(c: AppContext, address: string): Promise<void> {
  const { keyring, realm, now } = c.var;
  const before = await readKnownCookie(c);
  const known = await withMailbox(keyring, realm, before, storedEmail(address));
  const value = await signKnownMailboxes(keyring, realm, known, now);
  setCookie(c, KNOWN, value, { ...HOST_COOKIE, maxAge: KNOWN_REMEMBERED / 1000 });
}
