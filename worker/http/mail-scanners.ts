import type { AppContext } from '../context.ts';

/**
 * Networks of mail scanners, by AS number (RIPE, ARIN): mail security services and the clouds that they run in. They
 * open mailed links and press buttons, so from them a link also needs the mail's code. Networks of privacy relays and
 * VPNs (Cloudflare, Fastly, Akamai) are left out, because people use them.
 */
const SCANNER_NETWORKS = new Set([
  8075, // Microsoft: Safe Links, Azure
  14618, // Amazon
  16509, // Amazon
  15169, // Google
  396982, // Google Cloud
  15324, // Barracuda
  22843, // Proofpoint
  26211, // Proofpoint
  30031, // Mimecast
  42427, // Mimecast
  22616, // Zscaler
  53813, // Zscaler
  30238, // Cisco IronPort
  16276, // OVH
  24940, // Hetzner
  14061, // DigitalOcean
  63949, // Linode
]);
const SCANNER_NAMES =
  /mimecast|proofpoint|barracuda|ironport|trend ?micro|symantec|messagelabs|zscaler|forcepoint/i;

/** Whether a request comes from a network of SCANNER_NETWORKS or SCANNER_NAMES. */
export function isScannerNetwork(c: AppContext): boolean {
  const { cf } = c.req.raw;
  if (cf === undefined) return false;
  const { asn, asOrganization } = cf;
  return (
    (typeof asn === 'number' && SCANNER_NETWORKS.has(asn)) ||
    (typeof asOrganization === 'string' && SCANNER_NAMES.test(asOrganization))
  );
}

/** Whether a machine sends the request in advance (prefetch, HEAD), and no person opens the page. */
export function isPrefetch(c: AppContext): boolean {
  const purpose = `${c.req.header('sec-purpose') ?? ''} ${c.req.header('purpose') ?? ''}`;
  return c.req.method !== 'GET' || /prefetch|prerender|preview/i.test(purpose);
}
