/**
 * Derives an HMAC-SHA-256 key for one purpose from a secret (HKDF, RFC 5869). A signature that is made for one
 * purpose is never valid for another.
 */
export async function keyFor(purpose: string, secret: string): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const root = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveKey',
  ]);
  const info = encoder.encode(`latchkey v1 ${purpose}`);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info },
    root,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}
