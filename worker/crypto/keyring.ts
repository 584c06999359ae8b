import { keyFor } from './derive.ts';
import { sha256 } from './hash.ts';

/** The keys derived from one entry of SESSION_SECRET. `kid` names it without revealing it. */
export type Keys = { kid: string; session: CryptoKey; asking: CryptoKey; mac: CryptoKey };

/** The first entry signs; every entry verifies, so that a secret can be rotated without signing anybody out. */
export type Keyring = { current: Keys; all: Keys[] };

/**
 * Derives a separate key per purpose from each secret, so that nothing made for one purpose can ever be
 * presented for another.
 */
export async function deriveKeyring(secrets: [string, ...string[]]): Promise<Keyring> {
  const [first, ...others] = secrets;
  const current = await deriveKeys(first);
  return { current, all: [current, ...(await Promise.all(others.map(deriveKeys)))] };
}

async function deriveKeys(secret: string): Promise<Keys> {
  const [kid, session, request, mac] = await Promise.all([
    sha256(`latchkey kid ${secret}`),
    keyFor('session cookie', secret),
    keyFor('asking cookie', secret),
    keyFor('codes and address keys', secret),
  ]);
  return { kid: kid.slice(0, 8), session, asking: request, mac };
}
