import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AppContext } from '../context.ts';
import { BROWSER_REMEMBERED, LINK_REMEMBERED, SESSION_LONGEST } from '../limits/rules.ts';
import { readSession, type SessionClaim, signSession } from '../sessions/cookie.ts';
import { browserName } from '../sessions/known-browser.ts';
import type { StartedSession } from '../sessions/start.ts';
import { readRequest, type SignInRequest, signRequest } from '../sign-in/request.ts';
import { days } from '../values/duration.ts';

// `__Host-`: bound to this very host. Sibling subdomains can plant plain and `__Secure-` cookies in a
// visitor's browser, but never these (RFC 6265bis, 4.1.3.2). Lax, because Strict cookies are not sent
// when a link is clicked in webmail.
export const HOST_COOKIE = {
  prefix: 'host',
  secure: true,
  httpOnly: true,
  sameSite: 'Lax',
  path: '/',
} as const;

const SESSION = 'session';
const ASKING = 'asking';
const METHOD = 'method';
const BROWSER = 'browser';

/** What the session cookie claims; null when it isn't ours. Costs a signature check, and no D1. */
export function sessionClaim(c: AppContext): Promise<SessionClaim | null> {
  const { keyring, realm, now } = c.var;
  return readSession(keyring, realm, getCookie(c, SESSION, 'host'), now);
}

export async function setSession(c: AppContext, started: StartedSession): Promise<void> {
  const { keyring, realm, now } = c.var;
  const value = await signSession(keyring, realm, started, now);
  setCookie(c, SESSION, value, { ...HOST_COOKIE, maxAge: SESSION_LONGEST / 1000 });
}

export function clearSession(c: AppContext): void {
  deleteCookie(c, SESSION, HOST_COOKIE);
}

/** What this browser asked for; null when it didn't, or long ago. */
export function readRequestCookie(c: AppContext): Promise<SignInRequest | null> {
  const { keyring, realm, now } = c.var;
  return readRequest(keyring, realm, getCookie(c, ASKING, 'host'), now);
}

export async function setRequestCookie(c: AppContext, request: SignInRequest): Promise<void> {
  const { keyring, realm } = c.var;
  const value = await signRequest(keyring, realm, request);
  setCookie(c, ASKING, value, { ...HOST_COOKIE, maxAge: LINK_REMEMBERED / 1000 });
}

export function clearRequestCookie(c: AppContext): void {
  deleteCookie(c, ASKING, HOST_COOKIE);
}

/** How somebody last came in with this browser: what the sign-in page shows first. Kept by the browser alone. */
export function lastMethod(c: AppContext): 'link' | 'password' {
  return getCookie(c, METHOD, 'host') === 'password' ? 'password' : 'link';
}

/** A browser remembers passwords only: the link is what the page shows anyway. */
export function keepMethod(c: AppContext, method: 'link' | 'code' | 'password'): void {
  if (method === 'password') {
    setCookie(c, METHOD, method, { ...HOST_COOKIE, maxAge: days(365) / 1000 });
  } else if (lastMethod(c) === 'password') {
    deleteCookie(c, METHOD, HOST_COOKIE);
  }
}

/**
 * The name that this browser goes by, whoever signs in with it. From each sign-in on it is kept for as long as browsers
 * keep anything.
 */
export function keepBrowserName(c: AppContext): string {
  const name = browserName(getCookie(c, BROWSER, 'host'));
  setCookie(c, BROWSER, name, { ...HOST_COOKIE, maxAge: BROWSER_REMEMBERED / 1000 });
  return name;
}
