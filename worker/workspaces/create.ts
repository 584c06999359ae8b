import { and, count, eq, inArray, notExists, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type MemberId, newId, type WorkspaceId } from '../db/ids.ts';
import { memberships, workspaces } from '../db/schema.ts';
import type { Allowed } from '../limits/allowance.ts';
import { isReserved, isSlug, slugFrom } from '../values/slug.ts';

export type CreateResult =
  | { ok: true; slug: string }
  | { ok: false; why: 'malformed' | 'reserved' | 'taken'; alternatives: string[] }
  | { ok: false; why: 'too-many' };

type Founder = { id: MemberId };

/**
 * Creates a workspace with its first member as owner. For a slug that is refused it returns free ones instead.
 * @param allowed how many workspaces the founder may own
 */
export async function createWorkspace(
  db: Db,
  founder: Founder,
  wanted: { name: string; slug: string },
  allowed: Allowed | null,
  now: number,
): Promise<CreateResult> {
  const { name, slug } = wanted;
  if (!isSlug(slug)) {
    const why = isReserved(slug) ? 'reserved' : 'malformed';
    // attack: `admin-portal` would look as official as `admin`
    const wish = why === 'reserved' ? '' : slug;
    return { ok: false, why, alternatives: await freeSlugs(db, name, wish) };
  }
  const { created, owned } = await insertWorkspace(db, founder, wanted, allowed, now);
  if (created) return { ok: true, slug };
  if (allowed !== null && owned >= allowed.most) return { ok: false, why: 'too-many' };
  return { ok: false, why: 'taken', alternatives: await freeSlugs(db, name, slug) };
}

/**
 * Inserts the workspace and the owner's membership, or neither, when the slug is taken or the founder owns as many as allowed.
 * One transaction, so parallel requests cannot exceed that.
 */
async function insertWorkspace(
  db: Db,
  founder: Founder,
  { name, slug }: { name: string; slug: string },
  allowed: Allowed | null,
  now: number,
): Promise<{ created: boolean; owned: number }> {
  const id = newId<WorkspaceId>();
  const most = allowed?.most ?? null;
  const [[before], , inserted] = await db.batch([
    db.select({ owned: count() }).from(memberships).where(isOwner(founder)),
    db.insert(workspaces).values({ id, slug, name, createdAt: now }).onConflictDoNothing(),
    db
      .insert(memberships)
      .select(
        db
          .select({
            memberId: sql<MemberId>`${founder.id}`.as('member_id'),
            workspaceId: sql<WorkspaceId>`${workspaces.id}`.as('workspace_id'),
            role: sql<'owner'>`'owner'`.as('role'),
            createdAt: sql<number>`${now}`.as('created_at'),
          })
          .from(workspaces)
          .where(and(eq(workspaces.id, id), ownsFewer(db, founder, most))),
      )
      .returning({ workspace: memberships.workspaceId }),
    // a workspace without an owner is none
    db.delete(workspaces).where(and(eq(workspaces.id, id), notExists(ownersOf(db, id)))),
  ]);
  return { created: inserted.length > 0, owned: before?.owned ?? 0 };
}

function isOwner({ id }: Founder) {
  return and(eq(memberships.memberId, id), eq(memberships.role, 'owner'));
}

/** A condition: the member owns fewer than `most` workspaces; true when that is null. */
function ownsFewer(db: Db, founder: Founder, most: number | null): SQL | undefined {
  if (most === null) return undefined;
  const owned = db.select({ owned: count() }).from(memberships).where(isOwner(founder));
  return sql`(${owned}) < ${most}`;
}

function ownersOf(db: Db, workspace: WorkspaceId) {
  return db
    .select({ member: memberships.memberId })
    .from(memberships)
    .where(eq(memberships.workspaceId, workspace));
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
