import type { WorkspaceId } from '../db/ids.ts';
import type { Email } from '../values/email-address.ts';
import { admitsNewcomer, type SignUpPolicy } from '../workspaces/members.ts';
import { adminOrigin, portalOrigin, type Site } from '../workspaces/workspaces.ts';

/**
 * Where people sign in (RFC 9110, 11.5): a workspace's portal, or the admin host. What is issued in one realm
 * (cookies, links, codes) carries its audience and is refused in every other. `admits` says whether an address may
 * sign in to the admin host without being a member yet.
 */
export type Realm =
  | { kind: 'portal'; workspace: WorkspaceId; origin: string }
  | { kind: 'admin'; origin: string; admits: (email: Email) => boolean };

/** The realm of a workspace's portal. */
export function portalRealm(site: Site, { id, slug }: { id: WorkspaceId; slug: string }): Realm {
  return { kind: 'portal', workspace: id, origin: portalOrigin(site, slug) };
}

/** The realm of the admin host, under this deployment's rules for newcomers. */
export function adminRealm(deployment: Site & SignUpPolicy): Realm {
  return {
    kind: 'admin',
    origin: adminOrigin(deployment),
    admits: (email) => admitsNewcomer(deployment, email),
  };
}

/** Names a realm in signatures, keyed hashes and stored links: the workspace's id, or `admin`. */
export function audienceOf(realm: Realm): string {
  return realm.kind === 'portal' ? realm.workspace : 'admin';
}
