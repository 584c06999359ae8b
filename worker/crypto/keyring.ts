import { keyFor } from './derive.ts';
import { sha256 } from './hash.ts';

/**
 * The keys of one entry of SESSION_SECRET: `session`, `request` and `known` sign a cookie each, `mac` hashes codes and
 * addresses. `kid` names the entry and does not reveal it.
 */
export type Keys = {
  kid: string;
  session: CryptoKey;
  request: CryptoKey;
  known: CryptoKey;
  mac: CryptoKey;
};

/** The first entry signs and every entry verifies, so rotating the secret signs nobody out. */
export type Keyring = { current: Keys; all: Keys[] };

/** Derives the keys of each secret, one key for each purpose. */
export async function deriveKeyring(secrets: [string, ...string[]]): Promise<Keyring> {
  const [first, ...others] = secrets;
  const current = await deriveKeys(first);
  return { current, all: [current, ...(await Promise.all(others.map(deriveKeys)))] };
}

async function deriveKeys(secret: string): Promise<Keys> {
  const [kid, session, request, known, mac] = await Promise.all([
    sha256(`latchkey kid ${secret}`),
    keyFor('session cookie', secret),
    // the purpose keeps its first name: another one would void every cookie
    keyFor('asking cookie', secret),
    keyFor('known cookie', secret),
    keyFor('codes and address keys', secret),
  ]);
  return { kid: kid.slice(0, 8), session, request, known, mac };
}
