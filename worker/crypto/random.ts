import { base64url } from 'jose';

/** 256 random bits as 43 base64url characters: link tokens and verifiers. */
export function randomToken(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}

/** `bytes` random bytes as base64url: references, never credentials. */
export function randomLabel(bytes: number): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(bytes)));
}
