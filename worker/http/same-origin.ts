import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../context.ts';
import { refuse } from './errors.tsx';
import { isUpload } from './upload.ts';

const FORM = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/**
 * Refuses whatever could change something and does not come from a page of this very origin (OWASP:
 * verifying origin with standard headers). SameSite is no help between tenants: sibling subdomains are
 * the same *site*, and even Strict cookies travel with their forms. Browsers always send Origin with a
 * POST; a request without one, or with `null`, is not from a page of ours.
 */
export const sameOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (isRead(c.req.method)) return next();
  if (c.req.header('origin') !== new URL(c.req.url).origin) return refuse(c, 403);
  return next();
});

/**
 * Refuses bodies that are not forms: JSON and text/plain are how other sites' scripts post past CSRF checks. So
 * would multipart be; it is let through only where a form has a file, from this very origin like all.
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
