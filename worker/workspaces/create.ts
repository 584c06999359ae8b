import { eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type MemberId, newId, type WorkspaceId } from '../db/ids.ts';
import { memberships, workspaces } from '../db/schema.ts';
import { isReserved, isSlug, SLUG_MAX, SLUG_MIN } from './host.ts';

export type CreateResult =
  | { ok: true; slug: string }
  | { ok: false; why: 'malformed' | 'reserved' | 'taken'; alternatives: string[] };

/** Opens a workspace for its first member. A slug that can't be had is refused with free ones instead. */
export async function createWorkspace(
  db: Db,
  founder: { id: MemberId; email: string },
  wanted: { name: string; slug: string },
  now: number,
): Promise<CreateResult> {
  const { name, slug } = wanted;
  if (!isSlug(slug)) {
    const why = isReserved(slug) ? 'reserved' : 'malformed';
    // `admin-portal` would look as official as `admin`
    const wish = why === 'reserved' ? '' : slug;
    return { ok: false, why, alternatives: await freeSlugs(db, name, wish) };
  }
  const id = newId<WorkspaceId>();
  const [opened] = await db.batch([
    db
      .insert(workspaces)
      .values({ id, slug, name, portalContact: founder.email, createdAt: now })
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
  if (opened.length === 0) {
    return { ok: false, why: 'taken', alternatives: await freeSlugs(db, name, slug) };
  }
  return { ok: true, slug };
}

/** Up to three slugs that are free, made from what the freelancer typed. */
export async function freeSlugs(db: Db, name: string, slug: string): Promise<string[]> {
  const bases = [slugFrom(slug), slugFrom(name)].filter((base) => base !== '');
  const candidates = ['*', '*-studio', '*-portal', 'hello-*', '*-2']
    .flatMap((pattern) => bases.map((base) => pattern.replace('*', base)))
    .filter((candidate, at, all) => isSlug(candidate) && all.indexOf(candidate) === at);
  if (candidates.length === 0) return [];
  const taken = await db
    .select({ slug: workspaces.slug })
    .from(workspaces)
    .where(inArray(workspaces.slug, candidates));
  const isTaken = new Set(taken.map((row) => row.slug));
  return candidates.filter((candidate) => !isTaken.has(candidate)).slice(0, 3);
}

/** `Zoë & Söhne` -> `zoe-sohne`. Empty when nothing of the text can stand in a host name. */
export function slugFrom(text: string): string {
  const slug = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f'’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, '');
  return slug.length < SLUG_MIN && slug !== '' ? `${slug}-studio` : slug;
}
