import common from 'email-providers/common.json';
import type { Email } from '../values/email-address.ts';

/** What an address can be used for: to send from; for replies only, and why; or for nothing. */
export type Usability =
  | { use: 'from' }
  | { use: 'reply-to'; why: 'free-mail' | 'no-domains' }
  | { use: 'none' };

/** The domains of this deployment. */
export type PlatformDomains = { mailFrom: string; rootDomain: string };

/**
 * Well-known mail services that are missing in `email-providers`. Only the service can publish a key there, and its DMARC
 * policy has receivers refuse the mail of others. A service missing here does no harm: its domain is never verified.
 */
const MORE_FREE_MAIL =
  `googlemail.com fastmail.com fastmail.fm pm.me proton.me protonmail.com protonmail.ch
  tutanota.com tutanota.de tuta.io tuta.com tutamail.com keemail.me hey.com duck.com icloud.com me.com mac.com
  privaterelay.appleid.com ymail.com rocketmail.com aim.com zohomail.com zohomail.eu mailbox.org posteo.de posteo.net
  hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es live.co.uk live.fr live.nl live.de live.it
  outlook.de outlook.fr outlook.es outlook.it outlook.pt outlook.com.br yahoo.it yahoo.es yahoo.com.au yahoo.ie
  gmx.ch gmx.eu email.de vodafone.de ziggo.nl bk.ru inbox.ru rediffmail.com bol.com.br`.split(
    /\s+/,
  );

/** Names for examples (RFC 2606), which `email-providers` lists although they are no mail services. */
const EXAMPLES = ['example.com', 'yourdomain.com', 'mydomain.com', 'test.com', 'test.de'];

const FREE_MAIL = new Set([...common, ...MORE_FREE_MAIL]);
for (const domain of EXAMPLES) FREE_MAIL.delete(domain);

/**
 * Says what an address can be used for. Nobody may send from the platform's own domains: its mail for all workspaces
 * comes from there.
 * @param hasDomains whether domains can be set up on this deployment
 */
export function usabilityOf(
  email: Email,
  platform: PlatformDomains,
  hasDomains: boolean,
): Usability {
  const domain = domainOf(email.key);
  const ours = [domainOf(platform.mailFrom), platform.rootDomain.replace(/:\d+$/, '')];
  if (ours.some((each) => isAtOrBelow(domain, each.toLowerCase()))) return { use: 'none' };
  if (FREE_MAIL.has(domain)) return { use: 'reply-to', why: 'free-mail' };
  return hasDomains ? { use: 'from' } : { use: 'reply-to', why: 'no-domains' };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/**
 * The mailbox that an address probably leads to, to count mails by. Attack: many services read `victim+1` and `vic.tim`
 * as `victim`. Where a service doesn't, two people share a count.
 */
export function mailboxOf({ key }: Email): string {
  const domain = domainOf(key);
  const [mailbox = ''] = key.slice(0, -domain.length - 1).split('+');
  return `${mailbox.replaceAll('.', '')}@${domain}`;
}

function isAtOrBelow(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}
