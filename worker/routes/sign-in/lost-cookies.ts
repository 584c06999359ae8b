import type { AppContext } from '../../context.ts';
import { sendsCookies } from '../../http/cookies.ts';

/**
 * Whether a visitor at the sign-in page may have signed in a moment ago, in a browser that keeps no cookies. Then a guard
 * has sent them here with `next`, and the browser says that a sign-in page was the last one, or at least one of ours.
 */
export function mayLackCookies(c: AppContext): boolean {
  const { next, method } = c.req.query();
  // the links between the sign-in pages name the method
  if (sendsCookies(c) || next === undefined || method !== undefined) return false;
  const referrer = c.req.header('referer') ?? '';
  if (referrer === '') return c.req.header('sec-fetch-site') === 'same-origin';
  const from = URL.parse(referrer);
  const isOurs = from !== null && from.origin === new URL(c.req.url).origin;
  return isOurs && /^\/sign-in(?:\/|$)/.test(from.pathname);
}
