import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../context.ts';
import { refuse } from './errors.tsx';
import { isUpload } from './upload.ts';

const FORM = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/**
 * Refuses a request that may change something unless a page of this origin sent it (OWASP CSRF Cheat Sheet, "standard
 * headers"). Attack: sibling subdomains are the same site, so a form of another tenant sends our cookies, even Strict
 * ones. Browsers send Origin with every POST, so a missing or `null` Origin is refused.
 */
export const sameOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (isRead(c.req.method)) return next();
  if (c.req.header('origin') !== new URL(c.req.url).origin) return refuse(c, 403);
  return next();
});

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
