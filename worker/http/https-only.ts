import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../context.ts';
import { hostKind } from '../workspaces/host.ts';

/**
 * Refuses plain http before anything is read, looked up or counted: a zone of Cloudflare answers it unless told not to.
 * GET and HEAD of our own hosts are redirected to https. Attack: X-Forwarded-Proto is the sender's word, so only the
 * URL's scheme counts, which Cloudflare sets.
 */
export function httpsOnly(rootDomain: string) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const url = new URL(c.req.url);
    if (url.protocol === 'https:') return next();
    c.header('cache-control', 'no-store');
    const { kind } = hostKind(url.host, rootDomain);
    if (kind === 'other-domain') return c.text(NOT_SERVED, 421);
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return c.text(REFUSED, 403);
    // the port of plain http is never the one of https
    const { port } = new URL(`https://${rootDomain}`);
    const host = port === '' ? url.hostname : `${url.hostname}:${port}`;
    return c.redirect(`https://${host}${url.pathname}${url.search}`, 308);
  });
}

/** The words for a host outside the root domain. */
export const NOT_SERVED = 'This host is not served here.\n';

const REFUSED =
  'This address is served over https only. Nothing was read and nothing was changed.\nOpen it with https:// and try again.\n';
