import { asc, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { MemberId, WorkspaceId } from '../db/ids.ts';
import { members, memberships } from '../db/schema.ts';

/** A workspace's first member, who is mailed when something breaks; null for none. */
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
