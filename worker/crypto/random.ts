import { base64url } from 'jose';

/** 256 random bits as 43 base64url characters: link tokens and verifiers. */
export function randomToken(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}

/** `bytes` random bytes as base64url: references, never credentials. */
export function randomLabel(bytes: number): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** RFC 4648, 6, in lower case: what a name in DNS may hold. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** `length` random characters of base 32, five bits each: part of a name, which nobody can choose. */
export function randomName(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => BASE32[byte & 31]).join('');
}
