import { base64url } from 'jose';
import { keyFor } from './derive.ts';
import { hex, sha256 } from './hash.ts';

/** A key that each password is mixed with before it is hashed. `id` names the key in a hash and does not reveal it. */
export type Pepper = { id: string; key: CryptoKey };

/** The first entry hashes and every entry verifies, so rotating the pepper voids no password. */
export type Peppers = { current: Pepper; all: Pepper[] };

/** Derives one key from each entry of PASSWORD_PEPPER. */
export async function derivePeppers(secrets: [string, ...string[]]): Promise<Peppers> {
  const [first, ...others] = secrets;
  const current = await derivePepper(first);
  return { current, all: [current, ...(await Promise.all(others.map(derivePepper)))] };
}

async function derivePepper(secret: string): Promise<Pepper> {
  const [idHash, key] = await Promise.all([
    sha256(`latchkey pepper id ${secret}`),
    keyFor('passwords', secret),
  ]);
  return { id: hex(base64url.decode(idHash).subarray(0, 4)), key };
}
