import { base64url } from 'jose';
import { keyFor } from './derive.ts';
import { hex, sha256 } from './hash.ts';

/** A key that passwords are mixed with before they are hashed. `id` names it in a hash without revealing it. */
export type Pepper = { id: string; key: CryptoKey };

/** The first entry hashes; every entry verifies, so that a pepper can be rotated without voiding a password. */
export type Peppers = { current: Pepper; all: Pepper[] };

/** Derives a key from each entry of PASSWORD_PEPPER. */
export async function derivePeppers(secrets: [string, ...string[]]): Promise<Peppers> {
  const [first, ...others] = secrets;
  const current = await derivePepper(first);
  return { current, all: [current, ...(await Promise.all(others.map(derivePepper)))] };
}

async function derivePepper(secret: string): Promise<Pepper> {
  const [name, key] = await Promise.all([
    sha256(`latchkey pepper id ${secret}`),
    keyFor('passwords', secret),
  ]);
  return { id: hex(base64url.decode(name).subarray(0, 4)), key };
}
