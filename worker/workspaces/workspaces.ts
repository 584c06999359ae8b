import { asc, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { MemberId, WorkspaceId } from '../db/ids.ts';
import { memberships, workspaces } from '../db/schema.ts';
import { ADMIN_LABEL } from './host.ts';

export type Workspace = typeof workspaces.$inferSelect;

/** The scheme and root domain of this deployment, from its own settings. */
export type Site = { scheme: 'https:' | 'http:'; rootDomain: string };

/** The origin of a workspace's portal. Give it the stored slug, never a request's Host header. */
export function portalOrigin(site: Site, slug: string): string {
  return `${site.scheme}//${slug}.${site.rootDomain}`;
}

/** The origin of the admin host. */
export function adminOrigin(site: Site): string {
  return portalOrigin(site, ADMIN_LABEL);
}

/** The statement that finds a workspace by its id. */
export function findWorkspace(db: Db, id: WorkspaceId) {
  return db.select().from(workspaces).where(eq(workspaces.id, id));
}

/** The statement that lists the workspaces of a member, by name. */
export function workspacesOf(db: Db, member: MemberId) {
  return db
    .select({
      slug: workspaces.slug,
      name: workspaces.name,
      accentColor: workspaces.accentColor,
      logoHash: workspaces.logoHash,
      logoWidth: workspaces.logoWidth,
      logoHeight: workspaces.logoHeight,
    })
    .from(memberships)
    .innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
    .where(eq(memberships.memberId, member))
    .orderBy(asc(workspaces.name));
}
