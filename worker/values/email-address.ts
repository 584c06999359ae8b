import { domainToUnicode } from 'node:url';

/** One plain email address with its domain in ASCII. Addresses are compared by `key`. */
export type Email = { readonly address: string; readonly key: string };

// lengths in characters (RFC 5321, 4.5.3.1)
const LONGEST_LOCAL_PART = 64;
const LONGEST_ADDRESS = 254;
/** The most characters of a text that are looked at, white space around the address included. */
const LONGEST_TEXT = 1000;

/** The dot-atom of RFC 5322, 3.2.3, in ASCII. No quoted strings, no comments, no SMTPUTF8. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
/**
 * The mobile carriers of Japan that gave out addresses with dots anywhere (`foo..bar@docomo.ne.jp`), until about 2010. They
 * are still in use. A domain is added here when its carrier is known to have done so.
 */
const CARRIERS = new Set(
  `docomo.ne.jp ezweb.ne.jp biz.ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp disney.ne.jp
  vodafone.ne.jp c.vodafone.ne.jp d.vodafone.ne.jp h.vodafone.ne.jp k.vodafone.ne.jp n.vodafone.ne.jp
  q.vodafone.ne.jp r.vodafone.ne.jp s.vodafone.ne.jp t.vodafone.ne.jp ymobile.ne.jp y-mobile.ne.jp
  willcom.com pdx.ne.jp di.pdx.ne.jp dj.pdx.ne.jp dk.pdx.ne.jp wm.pdx.ne.jp`.split(/\s+/),
);
const CARRIER_LOCAL_PART = /^(?=.*[a-z0-9])[a-z0-9!#$%&'*+/=?^_`{|}~.-]+$/i;
/** Letters, digits and hyphens of any script. The URL parser turns them into punycode (UTS 46). */
const DOMAIN = /^[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u;
/** Variation selectors, joiners and similar characters, which UTS 46 drops. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const ASCII_DOMAIN =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/**
 * Reads one plain address. Null for display names, lists, quoted or non-ASCII local parts, IP addresses, and for
 * look-alike characters that normalise to others (CVE-2026-73420). In `key` case does not count; dots and plus do.
 */
export function parseEmail(text: string): Email | null {
  if (text.length > LONGEST_TEXT) return null;
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || trimmed.length > LONGEST_ADDRESS) return null;
  const local = trimmed.slice(0, at);
  const domain = asciiDomain(trimmed.slice(at + 1));
  if (domain === null || local.length + 1 + domain.length > LONGEST_ADDRESS) return null;
  if (local.length > LONGEST_LOCAL_PART || !isLocalPart(local, domain)) return null;
  return { address: `${local}@${domain}`, key: `${local.toLowerCase()}@${domain}` };
}

function isLocalPart(local: string, domain: string): boolean {
  return LOCAL_PART.test(local) || (CARRIERS.has(domain) && CARRIER_LOCAL_PART.test(local));
}

/** An address from our own records. `parseEmail` read it before it was stored. */
export function storedEmail(address: string): Email {
  return parseEmail(address) ?? { address, key: address.toLowerCase() };
}

function asciiDomain(typed: string): string | null {
  // attack: U+212A KELVIN SIGN and full-width letters would silently become other letters, so they are refused
  if (typed !== typed.normalize('NFKC') || INVISIBLE.test(typed) || !DOMAIN.test(typed))
    return null;
  const url = URL.parse(`http://${typed}/`);
  return url !== null && ASCII_DOMAIN.test(url.hostname) ? url.hostname : null;
}

/** `carla@acme.example` -> `c***@acme.example`. Its owner recognises it; a stranger cannot complete it. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}***${address.slice(at)}`;
}

/** An address for people to read, with the domain in its own script. */
export function readable(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + readableDomain(address.slice(at));
}

/** A domain for people to read, in its own script if that maps back to this domain. Show ASCII where people copy it. */
export function readableDomain(domain: string): string {
  const unicode = domainToUnicode(domain);
  return asciiDomain(unicode) === domain ? unicode : domain;
}

/** An address for a reader who does not know it: readable, and in brackets the exact ASCII if that differs. */
export function readableAndExact(address: string): string {
  const words = readable(address);
  return words === address ? address : `${words} (${address})`;
}
