import { createMiddleware } from 'hono/factory';
import type { AppContext, AppEnv } from '../context.ts';
import { refuse } from './errors.tsx';
import { isUpload } from './upload.ts';

const FORM = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/**
 * Refuses a request that may change something unless a page of this origin sent it (OWASP CSRF Cheat Sheet, "standard
 * headers" and "fetch metadata"). Attack: sibling subdomains are the same site, so a form of another tenant sends our
 * cookies, even Strict ones.
 */
export const sameOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (isRead(c.req.method) || isOwn(c)) return next();
  return refuse(c, 403);
});

/**
 * Whether a page of this origin sent a request. Some extensions and settings take the Origin away; then Sec-Fetch-Site
 * decides, which no page can set (decision 0027). A header that occurs twice equals neither value.
 */
function isOwn(c: AppContext): boolean {
  const origin = c.req.header('origin');
  if (origin === new URL(c.req.url).origin) return true;
  const isUntold = origin === undefined || origin === 'null';
  return isUntold && c.req.header('sec-fetch-site') === 'same-origin';
}

/**
 * Refuses a body that is no form. Attack: scripts of other sites post JSON and text/plain past CSRF checks. Multipart
 * is accepted only where a form has a file.
 */
export const formsOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (isRead(c.req.method)) return next();
  const type = c.req.header('content-type');
  const isEmpty = type === undefined && c.req.raw.body === null;
  if (!isEmpty && !isUpload(c) && !FORM.test(type ?? '')) return refuse(c, 415);
  return next();
});

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
