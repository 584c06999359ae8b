import { isSlug } from '../values/slug.ts';

/** What a host name leads to. `unknown-subdomain`: our root domain, or below it, but no portal. */
export type HostKind =
  | { kind: 'admin' }
  | { kind: 'portal'; slug: string }
  | { kind: 'unknown-subdomain' }
  | { kind: 'other-domain' };

/** The subdomain of the admin host. */
export const ADMIN_LABEL = 'app';

/**
 * What a request's host leads to. Looks nothing up, so it says `portal` for every well-formed slug.
 * @param host a host name, with or without a port
 * @param rootDomain the setting ROOT_DOMAIN, with or without a port; ports are not compared
 */
export function hostKind(host: string, rootDomain: string): HostKind {
  const name = withoutPort(host);
  const root = withoutPort(rootDomain);
  if (name === root) return { kind: 'unknown-subdomain' };
  if (!name.endsWith(`.${root}`)) return { kind: 'other-domain' };
  const label = name.slice(0, -root.length - 1);
  if (label === ADMIN_LABEL) return { kind: 'admin' };
  return isSlug(label) ? { kind: 'portal', slug: label } : { kind: 'unknown-subdomain' };
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}
