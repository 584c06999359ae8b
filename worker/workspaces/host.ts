/** What a host name leads to. `nothing` is below our root domain but no portal; `foreign` is not ours. */
export type HostKind =
  | { kind: 'admin' }
  | { kind: 'portal'; slug: string }
  | { kind: 'nothing' }
  | { kind: 'foreign' };

export const ADMIN_LABEL = 'app';

/** 3 to 40 characters, so that a slug is a DNS label (RFC 1035, 2.3.1) that people can say aloud. */
export const SLUG_MIN = 3;
export const SLUG_MAX = 40;
const SLUG = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/;

/**
 * Where a request's host leads. Pure: no look-up, so it says `portal` for any well-formed slug.
 * @param host a host name with or without a port, as URL or Host header give it
 * @param rootDomain the setting ROOT_DOMAIN, with or without a port; ports are not compared
 */
export function hostKind(host: string, rootDomain: string): HostKind {
  const name = bareName(host);
  const root = bareName(rootDomain);
  if (name === root) return { kind: 'nothing' };
  if (!name.endsWith(`.${root}`)) return { kind: 'foreign' };
  const label = name.slice(0, -root.length - 1);
  if (label === ADMIN_LABEL) return { kind: 'admin' };
  return isSlug(label) ? { kind: 'portal', slug: label } : { kind: 'nothing' };
}

/**
 * Whether a text may be a workspace's slug: shape, length, not reserved. Hyphens stand single: `xn--` is
 * how punycode spells look-alikes (RFC 5891, 4.2.3.1).
 */
export function isSlug(text: string): boolean {
  return (
    text.length >= SLUG_MIN &&
    text.length <= SLUG_MAX &&
    SLUG.test(text) &&
    !text.includes('--') &&
    !RESERVED.has(text)
  );
}

export function isReserved(text: string): boolean {
  return RESERVED.has(text);
}

function bareName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

/** Names that would pass for the platform itself, or that mail, DNS and browsers give a meaning of their own. */
const RESERVED = new Set(
  `app www admin administrator api auth login signin sign-in signup sign-up account accounts
  mail email smtp imap pop pop3 mx webmail autoconfig autodiscover mta-sts dkim dmarc spf bimi
  ftp sftp ssh vpn ns ns1 ns2 ns3 ns4 dns cdn static assets img images media files
  status health help support security abuse postmaster hostmaster webmaster root noc
  billing pay payment payments invoice invoices checkout shop store legal privacy terms
  blog docs about contact team jobs news dev test testing stage staging beta demo-app sandbox preview
  dashboard console portal portals client clients customer customers workspace workspaces
  internal local localhost wpad isatap latchkey official system`.split(/\s+/),
);
