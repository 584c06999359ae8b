import { sha256 } from './hash.ts';

/** The keys derived from one entry of SESSION_SECRET. `kid` names it without revealing it. */
export type Keys = { kid: string; session: CryptoKey; asking: CryptoKey; mac: CryptoKey };

/** The first entry signs; every entry verifies, so that a secret can be rotated without signing anybody out. */
export type Keyring = { current: Keys; all: Keys[] };

/**
 * Derives a separate key per purpose from each secret (HKDF, RFC 5869), so that nothing made for one
 * purpose can ever be presented for another.
 */
export async function deriveKeyring(secrets: [string, ...string[]]): Promise<Keyring> {
  const [first, ...others] = secrets;
  const current = await deriveKeys(first);
  return { current, all: [current, ...(await Promise.all(others.map(deriveKeys)))] };
}

async function deriveKeys(secret: string): Promise<Keys> {
  const bytes = new TextEncoder().encode(secret);
  const root = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  const [kid, session, asking, mac] = await Promise.all([
    sha256(`latchkey kid ${secret}`),
    deriveKey(root, 'session cookie'),
    deriveKey(root, 'asking cookie'),
    deriveKey(root, 'codes and address keys'),
  ]);
  return { kid: kid.slice(0, 8), session, asking, mac };
}

function deriveKey(root: CryptoKey, purpose: string): Promise<CryptoKey> {
  const info = new TextEncoder().encode(`latchkey v1 ${purpose}`);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info },
    root,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}
