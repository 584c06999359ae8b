import type { Email } from '../values/email-address.ts';
import { isFreeMail } from './free-mail.ts';

/** What an address can be used for: to send from; for replies only, and why; or for nothing. */
export type Usability =
  | { use: 'from' }
  | { use: 'reply-to'; why: 'free-mail' | 'no-domains' }
  | { use: 'none' };

/** The domains of this deployment. */
export type PlatformDomains = { mailFrom: string; rootDomain: string };

/**
 * Says what an address can be used for. Nobody may send from the platform's own domains: its mail for all workspaces
 * comes from there.
 * @param hasDomains whether domains can be set up on this deployment
 */
export async function usabilityOf(
  email: Email,
  platform: PlatformDomains,
  hasDomains: boolean,
): Promise<Usability> {
  const domain = domainOf(email.key);
  const ours = [domainOf(platform.mailFrom), platform.rootDomain.replace(/:\d+$/, '')];
  if (ours.some((each) => isAtOrBelow(domain, each.toLowerCase()))) return { use: 'none' };
  if (await isFreeMail(domain)) return { use: 'reply-to', why: 'free-mail' };
  return hasDomains ? { use: 'from' } : { use: 'reply-to', why: 'no-domains' };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function isAtOrBelow(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}
