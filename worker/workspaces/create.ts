import { eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type MemberId, newId, type WorkspaceId } from '../db/ids.ts';
import { memberships, workspaces } from '../db/schema.ts';
import { isReserved, isSlug, slugFrom } from '../values/slug.ts';

export type CreateResult =
  | { ok: true; slug: string }
  | { ok: false; why: 'malformed' | 'reserved' | 'taken'; alternatives: string[] };

/** Creates a workspace with its first member as owner. For a slug that is refused it returns free ones instead. */
export async function createWorkspace(
  db: Db,
  founder: { id: MemberId; email: string },
  wanted: { name: string; slug: string },
  now: number,
): Promise<CreateResult> {
  const { name, slug } = wanted;
  if (!isSlug(slug)) {
    const why = isReserved(slug) ? 'reserved' : 'malformed';
    // attack: `admin-portal` would look as official as `admin`
    const wish = why === 'reserved' ? '' : slug;
    return { ok: false, why, alternatives: await freeSlugs(db, name, wish) };
  }
  if (!(await insertWorkspace(db, founder, wanted, now))) {
    return { ok: false, why: 'taken', alternatives: await freeSlugs(db, name, slug) };
  }
  return { ok: true, slug };
}

/** Inserts the workspace and the owner's membership, or neither; false when the slug is taken. */
async function insertWorkspace(
  db: Db,
  founder: { id: MemberId; email: string },
  { name, slug }: { name: string; slug: string },
  now: number,
): Promise<boolean> {
  const id = newId<WorkspaceId>();
  const [created] = await db.batch([
    db
      .insert(workspaces)
      .values({ id, slug, name, createdAt: now })
      .onConflictDoNothing()
      .returning({ slug: workspaces.slug }),
    db.insert(memberships).select(
      db
        .select({
          memberId: sql<MemberId>`${founder.id}`.as('member_id'),
          workspaceId: sql<WorkspaceId>`${workspaces.id}`.as('workspace_id'),
          role: sql<'owner'>`'owner'`.as('role'),
          createdAt: sql<number>`${now}`.as('created_at'),
        })
        .from(workspaces)
        .where(eq(workspaces.id, id)),
    ),
  ]);
  return created.length > 0;
}

/** Up to three free slugs, made from the name and the slug that the freelancer typed. */
export async function freeSlugs(db: Db, name: string, slug: string): Promise<string[]> {
  const bases = [slugFrom(slug), slugFrom(name)].filter((base) => base !== '');
  const candidates = ['*', '*-studio', '*-portal', 'hello-*', '*-2']
    .flatMap((pattern) => bases.map((base) => pattern.replace('*', base)))
    .filter((candidate, index, all) => isSlug(candidate) && all.indexOf(candidate) === index);
  if (candidates.length === 0) return [];
  const rows = await db
    .select({ slug: workspaces.slug })
    .from(workspaces)
    .where(inArray(workspaces.slug, candidates));
  const taken = new Set(rows.map((row) => row.slug));
  return candidates.filter((candidate) => !taken.has(candidate)).slice(0, 3);
}
