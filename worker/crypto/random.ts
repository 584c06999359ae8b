import { base64url } from 'jose';

/** 256 random bits as 43 base64url characters. For link tokens and verifiers. */
export function randomToken(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}

/** `bytes` random bytes in base64url. For references and browser names, never for credentials. */
export function randomLabel(bytes: number): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** The alphabet of base 32 (RFC 4648, 6) in lower case. All its characters may stand in a DNS name. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** `length` random characters of base 32, five bits each. For a part of a DNS name that nobody may choose. */
export function randomName(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => BASE32[byte & 31]).join('');
}
