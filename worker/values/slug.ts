/** The length of a slug in characters: it is one DNS label (RFC 1035, 2.3.1) that people can say aloud. */
export const SLUG_MIN = 3;
export const SLUG_MAX = 40;
const SLUG = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/;

/**
 * Whether a text may be a workspace's slug: its shape, its length, and not reserved. A double hyphen is refused,
 * because punycode spells look-alike names with `xn--` (RFC 5891, 4.2.3.1).
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

/** Whether a name is one that no workspace may have. */
export function isReserved(text: string): boolean {
  return RESERVED.has(text);
}

/** The most characters of a text that a slug is made of. */
const LONGEST_READ = 200;

/** Makes a slug of a text: `Zoë & Söhne` -> `zoe-sohne`. Empty when no character of the text fits into a host name. */
export function slugFrom(text: string): string {
  // attack row 40: what is typed can be of any length, and normalising takes time in the square of it
  const slug = text
    .slice(0, LONGEST_READ)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f'’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, '');
  return slug.length < SLUG_MIN && slug !== '' ? `${slug}-studio` : slug;
}

/** Names that look like the platform's own, or that mail, DNS or browsers give a special meaning. */
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
