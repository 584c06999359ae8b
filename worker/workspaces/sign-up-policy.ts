import { type Allowed, allowedAt } from '../limits/allowance.ts';
import { ACCESS_PER_WORKSPACE, WORKSPACES_PER_MEMBER } from '../limits/rules.ts';
import { type Email, storedEmail } from '../values/email-address.ts';

/** Which addresses may sign in on the admin host without being a member's: SIGN_UP and OWNER_EMAIL. */
export type SignUpPolicy = { signUp: 'closed' | 'open'; ownerEmailKey: string };

/** A member, and since when they are one. */
type Joined = { email: string; joinedAt: number };

/** Whether an address may sign in on the admin host without being a member's, to create a workspace. */
export function admitsNewcomer(policy: SignUpPolicy, email: Email): boolean {
  return policy.signUp === 'open' || email.key === policy.ownerEmailKey;
}

/** How many workspaces a member may own; null for any number. */
export function workspacesAllowed(
  policy: SignUpPolicy,
  member: Joined,
  now: number,
): Allowed | null {
  return isTrusted(policy, member) ? null : allowedAt(WORKSPACES_PER_MEMBER, member.joinedAt, now);
}

/** How many contacts of a workspace may have access when a member gives it; null for any number. */
export function accessAllowed(
  policy: SignUpPolicy,
  member: Joined,
  workspace: { createdAt: number },
  now: number,
): Allowed | null {
  return isTrusted(policy, member)
    ? null
    : allowedAt(ACCESS_PER_WORKSPACE, workspace.createdAt, now);
}

/** While sign-up is closed the operator knows every member. */
function isTrusted({ signUp, ownerEmailKey }: SignUpPolicy, { email }: Joined): boolean {
  return signUp === 'closed' || storedEmail(email).key === ownerEmailKey;
}
