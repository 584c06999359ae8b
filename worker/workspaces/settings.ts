import { eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { workspaces } from '../db/schema.ts';

/** Sets whether new contacts of a workspace start with portal access. The access of existing contacts stays. */
export async function setDefaultPortalAccess(
  db: Db,
  workspace: WorkspaceId,
  enabled: boolean,
): Promise<void> {
  await db
    .update(workspaces)
    .set({ defaultPortalAccess: enabled })
    .where(eq(workspaces.id, workspace));
}
