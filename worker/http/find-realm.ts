import { createMiddleware } from 'hono/factory';
import * as paths from '../../ui/paths.ts';
import { adminRealm, portalRealm } from '../accounts/realm.ts';
import type { AppEnv } from '../context.ts';
import { hostKind } from '../workspaces/host.ts';
import { plainNotFound } from './errors.tsx';

/**
 * Prefixes a path with the kind of its host, so that one router holds all hosts and app.ts shows which routes exist on
 * which: `/@portal/sign-in`, `/@admin/w/:slug`.
 */
export function pathByHost(rootDomain: string): (request: Request) => string {
  return (request) => {
    const { host, pathname } = new URL(request.url);
    // the health check answers on every host, so that monitoring needs no tenant
    if (pathname === paths.health()) return pathname;
    const { kind } = hostKind(host, rootDomain);
    return `/@${kind}${pathname === '/' ? '' : pathname}`;
  };
}

/** Finds the realm of a request's host, and the workspace of a portal. A slug without a workspace is a plain 404. */
export const findRealm = createMiddleware<AppEnv>(async (c, next) => {
  const { settings, directory, db, now } = c.var;
  const host = hostKind(new URL(c.req.url).host, settings.rootDomain);
  if (host.kind === 'portal') {
    const workspace = await directory.bySlug(db, host.slug, now);
    if (workspace === null) return plainNotFound(c);
    c.set('portal', workspace);
    c.set('realm', portalRealm(settings, workspace));
  } else if (host.kind === 'admin') {
    c.set('portal', null);
    c.set('realm', adminRealm(settings));
  }
  return next();
});
