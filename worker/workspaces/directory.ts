import { eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { workspaces } from '../db/schema.ts';
import { ABSENCE_CACHED, BRAND_CACHED } from '../limits/rules.ts';
import type { Workspace } from './workspaces.ts';

/**
 * Finds workspaces by slug, remembering each for BRAND_CACHED: name, colour and words may lag that long.
 * That there is none is remembered for ABSENCE_CACHED, so that made-up subdomains don't each reach D1.
 */
export type WorkspaceDirectory = {
  bySlug(db: Db, slug: string, now: number): Promise<Workspace | null>;
  forget(slug: string): void;
};

/** A directory for one isolate, which never grows beyond `most` entries. */
export function createWorkspaceDirectory(most = 500): WorkspaceDirectory {
  const remembered = new Map<string, { workspace: Workspace | null; until: number }>();
  return {
    async bySlug(db, slug, now) {
      const known = remembered.get(slug);
      if (known !== undefined && now < known.until) return known.workspace;
      remembered.delete(slug);
      const [workspace = null] = await db
        .select()
        .from(workspaces)
        .where(eq(workspaces.slug, slug));
      const [oldest] = remembered.keys();
      if (remembered.size >= most && oldest !== undefined) remembered.delete(oldest);
      const until = now + (workspace === null ? ABSENCE_CACHED : BRAND_CACHED);
      remembered.set(slug, { workspace, until });
      return workspace;
    },
    forget(slug) {
      remembered.delete(slug);
    },
  };
}
