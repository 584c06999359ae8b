import { createMiddleware } from 'hono/factory';
import * as paths from '../../ui/paths.ts';
import { adminRealm, portalRealm } from '../accounts/realm.ts';
import type { AppEnv } from '../context.ts';
import { type HostKind, hostKind } from '../workspaces/host.ts';
import { plainNotFound } from './errors.tsx';

/**
 * Prefixes the path with the kind of place its host is, so that one router holds all hosts and the
 * table of contents in app.ts says which routes exist where: `/@portal/sign-in`, `/@admin/w/:slug`.
 */
export function pathByHost(rootDomain: string): (request: Request) => string {
  return (request) => {
    const { host, pathname } = new URL(request.url);
    // on any host, so that monitoring needs no tenant
    if (pathname === paths.health()) return pathname;
    const { kind } = hostKind(host, rootDomain);
    return `/@${kind}${pathname === '/' ? '' : pathname}`;
  };
}

/** Which door this host is. A portal's is its workspace's; without a workspace it is a plain 404. */
export const findRealm = createMiddleware<AppEnv>(async (c, next) => {
  const { settings, directory, db, now } = c.var;
  const place: HostKind = hostKind(new URL(c.req.url).host, settings.rootDomain);
  if (place.kind === 'portal') {
    const workspace = await directory.bySlug(db, place.slug, now);
    if (workspace === null) return plainNotFound(c);
    c.set('portal', workspace);
    c.set('realm', portalRealm(settings, workspace));
  } else if (place.kind === 'admin') {
    c.set('portal', null);
    c.set('realm', adminRealm(settings));
  }
  return next();
});
