import { and, asc, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { MemberId, WorkspaceId } from '../db/ids.ts';
import { members, memberships } from '../db/schema.ts';

/** A workspace's first member, whom replies to its mail reach and who is mailed when something breaks; null for none. */
export async function findOwner(
  db: Db,
  workspace: WorkspaceId,
): Promise<{ id: MemberId; email: string } | null> {
  const [owner] = await db
    .select({ id: members.id, email: members.email })
    .from(memberships)
    .innerJoin(members, eq(members.id, memberships.memberId))
    .where(eq(memberships.workspaceId, workspace))
    .orderBy(asc(memberships.createdAt))
    .limit(1);
  return owner ?? null;
}

/** All members who own a workspace: who is mailed when somebody changes where its mail comes from. */
export function findOwners(db: Db, workspace: WorkspaceId): Promise<{ id: MemberId }[]> {
  return db
    .select({ id: memberships.memberId })
    .from(memberships)
    .where(and(eq(memberships.workspaceId, workspace), eq(memberships.role, 'owner')));
}
