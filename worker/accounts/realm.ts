import type { WorkspaceId } from '../db/ids.ts';
import type { Email } from '../values/email-address.ts';
import { admitsNewcomer, type SignUpPolicy } from '../workspaces/sign-up-policy.ts';
import { adminOrigin, portalOrigin, type Site } from '../workspaces/workspaces.ts';

/**
 * Where people sign in (RFC 9110, 11.5): the portal of a workspace, or the admin host. Cookies, links and codes carry
 * their realm's audience and are refused in every other realm. `admits`: whether an address may sign in as a newcomer.
 */
export type Realm =
  | { kind: 'portal'; workspace: WorkspaceId; origin: string }
  | { kind: 'admin'; origin: string; admits: (email: Email) => boolean };

/** The realm of a workspace's portal. */
export function portalRealm(site: Site, { id, slug }: { id: WorkspaceId; slug: string }): Realm {
  return { kind: 'portal', workspace: id, origin: portalOrigin(site, slug) };
}

/** The realm of the admin host. The deployment's settings say which newcomers it admits. */
export function adminRealm(deployment: Site & SignUpPolicy): Realm {
  return {
    kind: 'admin',
    origin: adminOrigin(deployment),
    admits: (email) => admitsNewcomer(deployment, email),
  };
}

/** The name of a realm in signatures, keyed hashes and stored links: the workspace's id, or `admin`. */
export function audienceOf(realm: Realm): string {
  return realm.kind === 'portal' ? realm.workspace : 'admin';
}
