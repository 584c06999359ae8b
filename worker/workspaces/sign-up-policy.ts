import type { Email } from '../values/email-address.ts';

/** Which addresses may sign in on the admin host without being a member's: SIGN_UP and OWNER_EMAIL. */
export type SignUpPolicy = { signUp: 'closed' | 'open'; ownerEmailKey: string };

/** Whether an address may sign in on the admin host without being a member's, to create a workspace. */
export function admitsNewcomer(policy: SignUpPolicy, email: Email): boolean {
  return policy.signUp === 'open' || email.key === policy.ownerEmailKey;
}
