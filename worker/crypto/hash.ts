import { base64url } from 'jose';

const encoder = new TextEncoder();

/** SHA-256 of a text, in base64url. Only for random values: hash a value that can be guessed with `mac` instead. */
export async function sha256(text: string): Promise<string> {
  return base64url.encode(
    new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))),
  );
}

/** SHA-256 of bytes, in hex. Names content that never changes, such as a logo. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/**
 * HMAC-SHA-256 over a list of parts. Each part is prefixed with its length, so no two different lists give the
 * same input.
 * @returns 32 bytes
 */
export async function mac(key: CryptoKey, ...parts: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const message = parts.map((part) => `${part.length}:${part}`).join('');
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(message)));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Compares two texts in constant time, so the time does not show where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  return left.byteLength === right.byteLength && crypto.subtle.timingSafeEqual(left, right);
}
