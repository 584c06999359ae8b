import { domainToUnicode } from 'node:url';

/** An email address that a mail may be sent to: one plain address, its domain in ASCII. */
export type Email = { readonly address: string; readonly key: string };

// RFC 5321, 4.5.3.1
const LONGEST_LOCAL_PART = 64;
const LONGEST_ADDRESS = 254;

/** The dot-atom of RFC 5322, 3.2.3, in strict ASCII: no quoted strings, no comments, no SMTPUTF8. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
/** Letters, digits and hyphens of any script; the URL parser turns them into punycode (UTS 46). */
const DOMAIN = /^[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u;
/** Variation selectors, joiners and the like, which UTS 46 drops without a word. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const ASCII_DOMAIN =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/**
 * Reads one plain address; null for anything else: display names, lists, quoted or non-ASCII local
 * parts, look-alike characters that normalise to others (CVE-2026-73420), literal IP addresses.
 * `key` is what addresses are compared by: case does not count, dots and plus do.
 */
export function parseEmail(text: string): Email | null {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || trimmed.length > LONGEST_ADDRESS) return null;
  const local = trimmed.slice(0, at);
  const typedDomain = trimmed.slice(at + 1);
  if (local.length > LONGEST_LOCAL_PART || !LOCAL_PART.test(local)) return null;
  const domain = asciiDomain(typedDomain);
  if (domain === null || local.length + 1 + domain.length > LONGEST_ADDRESS) return null;
  return { address: `${local}@${domain}`, key: `${local.toLowerCase()}@${domain}` };
}

/** An address from our own records, which was read by `parseEmail` before it was kept. */
export function storedEmail(address: string): Email {
  return parseEmail(address) ?? { address, key: address.toLowerCase() };
}

function asciiDomain(typed: string): string | null {
  // U+212A KELVIN SIGN and full-width letters would silently become others: refuse, don't map
  if (typed !== typed.normalize('NFKC') || INVISIBLE.test(typed) || !DOMAIN.test(typed))
    return null;
  const url = URL.parse(`http://${typed}/`);
  return url !== null && ASCII_DOMAIN.test(url.hostname) ? url.hostname : null;
}

/** `carla@acme.example` -> `c***@acme.example`: enough for its owner, too little for a stranger. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}***${address.slice(at)}`;
}

/** An address for people to read: its domain in its own script. */
export function readable(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + readableDomain(address.slice(at));
}

/** A domain for people to read: in its own script, if that leads back to this very domain. What is copied stays in ASCII. */
export function readableDomain(domain: string): string {
  const unicode = domainToUnicode(domain);
  return asciiDomain(unicode) === domain ? unicode : domain;
}

/** For whoever has never heard of an address: as it reads and, where that is another spelling, as it is. */
export function readableAndExact(address: string): string {
  const words = readable(address);
  return words === address ? address : `${words} (${address})`;
}
