import { base64url } from 'jose';
import { mac, sameText } from '../crypto/hash.ts';
import { deriveRounds, MOST_ITERATIONS, type Work } from '../crypto/pbkdf2.ts';
import type { Peppers } from '../crypto/pepper.ts';

/**
 * The work of a new hash: 600,000 iterations of PBKDF2-HMAC-SHA-256 (OWASP Password Storage Cheat Sheet), in rounds
 * that production accepts (decision 0010). After a raise, each password is hashed again at its owner's next sign-in.
 */
export const POLICY: Work = { rounds: 6, iterations: MOST_ITERATIONS };

/** `outdated`: right, but hashed with an older policy or pepper. `unreadable`: no hash of ours, or its pepper is gone. */
export type PasswordVerdict = 'right' | 'outdated' | 'wrong' | 'unreadable';

/**
 * Hashes a password under the current pepper and policy.
 * @returns a PHC string (github.com/P-H-C/phc-string-format) with all that verifying needs except the pepper:
 * `$pbkdf2-rounds-sha256$v=1$i=100000,r=6,k=<pepper>$<salt>$<hash>`
 */
export async function hashPassword(
  peppers: Peppers,
  password: string,
  work: Work = POLICY,
): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const { id, key } = peppers.current;
  const hash = await deriveRounds(await pepperPassword(key, password), salt, work);
  const { rounds, iterations } = work;
  return `$${ALGORITHM}$v=${VERSION}$i=${iterations},r=${rounds},k=${id}$${encode(salt)}$${encode(hash)}`;
}

/**
 * Verifies a password against a stored hash, or against none (null). Attack: the time must not show which case it is,
 * so no hash, an unreadable one and an older one all cost the work of POLICY.
 */
export async function verifyPassword(
  peppers: Peppers,
  password: string,
  stored: string | null,
): Promise<PasswordVerdict> {
  const parsed = stored === null ? null : parse(stored);
  const pepper = peppers.all.find(({ id }) => id === parsed?.pepper);
  if (parsed === null || pepper === undefined) {
    await deriveRounds(await pepperPassword(peppers.current.key, password), NO_SALT, POLICY);
    return stored === null ? 'wrong' : 'unreadable';
  }
  const { salt, hash, work } = parsed;
  const derived = await deriveRounds(await pepperPassword(pepper.key, password), salt, work);
  await deriveRounds(derived, NO_SALT, missingWork(work));
  if (!sameText(encode(derived), hash)) return 'wrong';
  const isCurrent = pepper === peppers.current && costOf(work) >= costOf(POLICY);
  return isCurrent ? 'right' : 'outdated';
}

/**
 * Makes the same text of the same password from every keyboard: NFKC (NIST SP 800-63B-4, 3.1.1.2). Case and spaces
 * are kept.
 */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

const ALGORITHM = 'pbkdf2-rounds-sha256';
const VERSION = 1;
const SALT_BYTES = 16;
const NO_SALT = new Uint8Array(SALT_BYTES);
const STORED =
  /^\$pbkdf2-rounds-sha256\$v=1\$i=(\d{1,7}),r=(\d{1,3}),k=([0-9a-f]{8})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;
/** What a stored hash may ask for. Attack: one with other figures could be too slow to check, or too weak to trust. */
const BOUNDS = { iterations: [1000, MOST_ITERATIONS], rounds: [1, 20] } as const;

type Stored = { work: Work; pepper: string; salt: Uint8Array<ArrayBuffer>; hash: string };

function parse(stored: string): Stored | null {
  const [, i, r, pepper, salt, hash] = STORED.exec(stored) ?? [];
  if (pepper === undefined || salt === undefined || hash === undefined) return null;
  const work = { iterations: Number(i), rounds: Number(r) };
  if (!within(work.iterations, BOUNDS.iterations) || !within(work.rounds, BOUNDS.rounds))
    return null;
  return { work, pepper, salt: decode(salt), hash };
}

function within(value: number, [least, most]: readonly [number, number]): boolean {
  return value >= least && value <= most;
}

/** The keyed hash that PBKDF2 gets. It always has 32 bytes; without the pepper nobody can compute it. */
function pepperPassword(key: CryptoKey, password: string): Promise<Uint8Array<ArrayBuffer>> {
  return mac(key, 'password', normalizePassword(password));
}

function costOf({ rounds, iterations }: Work): number {
  return rounds * iterations;
}

/** The work that a hash of an older policy lacks compared with POLICY. */
function missingWork(work: Work): Work {
  const lacking = Math.max(costOf(POLICY) - costOf(work), 0);
  const rounds = Math.ceil(lacking / MOST_ITERATIONS);
  return { rounds, iterations: Math.ceil(lacking / Math.max(rounds, 1)) };
}

/** Base 64 as in PHC strings: the standard alphabet, no padding. */
function encode(bytes: Uint8Array): string {
  return base64url.encode(bytes).replaceAll('-', '+').replaceAll('_', '/');
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(base64url.decode(text.replaceAll('+', '-').replaceAll('/', '_')));
}
