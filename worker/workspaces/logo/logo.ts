import { and, eq, type SQL } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import type { WorkspaceId } from '../../db/ids.ts';
import { logos } from '../../db/schema.ts';

export type Logo = Pick<typeof logos.$inferSelect, 'type' | 'bytes'>;

const HASH = /^[0-9a-f]{64}$/;

/** The logo of a workspace, if it has this hash; null otherwise. */
export function logoOf(db: Db, workspace: WorkspaceId, hash: string): Promise<Logo | null> {
  return find(db, and(eq(logos.workspaceId, workspace), eq(logos.hash, hash)), hash);
}

/**
 * The logo of any workspace with this hash; null when there is none. For the admin host, where members see the logos
 * of all their workspaces. The hash is no secret: only a person with the picture can compute it.
 */
export function anyLogo(db: Db, hash: string): Promise<Logo | null> {
  return find(db, eq(logos.hash, hash), hash);
}

async function find(db: Db, condition: SQL | undefined, hash: string): Promise<Logo | null> {
  if (!HASH.test(hash)) return null;
  const [logo] = await db
    .select({ type: logos.type, bytes: logos.bytes })
    .from(logos)
    .where(condition)
    .limit(1);
  return logo ?? null;
}
