import { asc, eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { MemberId, WorkspaceId } from '../db/ids.ts';
import { members, memberships } from '../db/schema.ts';
import type { Email } from '../values/email-address.ts';

/** Who may come to the admin host without being a member yet: SIGN_UP and OWNER_EMAIL. */
export type SignUpPolicy = { signUp: 'closed' | 'open'; ownerEmailKey: string };

/** Whether an address may sign in on the admin host without being a member's: to open a workspace. */
export function admitsNewcomer(policy: SignUpPolicy, email: Email): boolean {
  return policy.signUp === 'open' || email.key === policy.ownerEmailKey;
}

/** A workspace's first member: whom replies to its mail reach, and who is told when something breaks. */
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
