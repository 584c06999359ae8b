import { eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { workspaces } from '../db/schema.ts';
import { seconds } from '../values/duration.ts';
import type { Workspace } from './workspaces.ts';

/** How long an isolate may show a workspace's old brand after a change. Access and sessions are never cached. */
export const BRAND_CACHED = seconds(60);

/** How long an isolate remembers that a slug is free. A workspace that another isolate creates waits as long. */
const ABSENCE_CACHED = seconds(10);

/**
 * Finds workspaces by slug and caches each for BRAND_CACHED; null when there is none. An absence is cached for
 * ABSENCE_CACHED, so that requests for invented subdomains do not each reach D1.
 */
export type WorkspaceDirectory = {
  bySlug(db: Db, slug: string, now: number): Promise<Workspace | null>;
  forget(slug: string): void;
};

/** Creates the directory of one isolate. It never holds more than `most` entries. */
export function createWorkspaceDirectory(most = 500): WorkspaceDirectory {
  const entries = new Map<string, { workspace: Workspace | null; until: number }>();
  return {
    async bySlug(db, slug, now) {
      const entry = entries.get(slug);
      if (entry !== undefined && now < entry.until) return entry.workspace;
      entries.delete(slug);
      const [workspace = null] = await db
        .select()
        .from(workspaces)
        .where(eq(workspaces.slug, slug));
      const [oldest] = entries.keys();
      if (entries.size >= most && oldest !== undefined) entries.delete(oldest);
      const until = now + (workspace === null ? ABSENCE_CACHED : BRAND_CACHED);
      entries.set(slug, { workspace, until });
      return workspace;
    },
    forget(slug) {
      entries.delete(slug);
    },
  };
}
