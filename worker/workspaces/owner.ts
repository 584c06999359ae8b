import { and, asc, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { MemberId, WorkspaceId } from '../db/ids.ts';
import { members, memberships } from '../db/schema.ts';

/** A workspace's first member, who is mailed when something breaks; null for none. */
export async function findOwner(
  db: Db,
  workspace: WorkspaceId,
): Promise<{ id: MemberId; email: string } | null> {
  const [owner] = await listOwners(db, workspace).limit(1);
  return owner ?? null;
}

/** The statement that lists a workspace's owners, the first one first. */
export function listOwners(db: Db, workspace: WorkspaceId) {
  return db
    .select({ id: members.id, email: members.email })
    .from(memberships)
    .innerJoin(members, eq(members.id, memberships.memberId))
    .where(and(eq(memberships.workspaceId, workspace), eq(memberships.role, 'owner')))
    .orderBy(asc(memberships.createdAt));
}
