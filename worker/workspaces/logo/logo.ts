import { and, eq, type SQL } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import type { WorkspaceId } from '../../db/ids.ts';
import { logos } from '../../db/schema.ts';

export type Logo = Pick<typeof logos.$inferSelect, 'type' | 'bytes'>;

const HASH = /^[0-9a-f]{64}$/;

/** A workspace's own logo, if this is its hash. */
export function logoOf(db: Db, workspace: WorkspaceId, hash: string): Promise<Logo | null> {
  return find(db, and(eq(logos.workspaceId, workspace), eq(logos.hash, hash)), hash);
}

/**
 * Whichever workspace's logo has this hash: for the admin host, where members see those of all their
 * workspaces. A hash tells nothing to who does not have the picture.
 */
export function anyLogo(db: Db, hash: string): Promise<Logo | null> {
  return find(db, eq(logos.hash, hash), hash);
}

async function find(db: Db, isIt: SQL | undefined, hash: string): Promise<Logo | null> {
  if (!HASH.test(hash)) return null;
  const [logo] = await db
    .select({ type: logos.type, bytes: logos.bytes })
    .from(logos)
    .where(isIt)
    .limit(1);
  return logo ?? null;
}
