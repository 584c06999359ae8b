import { normalizePassword } from './password-hash.ts';

/**
 * Whether a password is one of the commonest of its length, whatever its case: more than the 3,000 that match
 * the policy which OWASP ASVS 5.0, 6.2.4, asks for. Works when Have I Been Pwned cannot be reached.
 */
export async function isCommon(password: string): Promise<boolean> {
  commonest ??= await load();
  return commonest.has(normalizePassword(password).toLowerCase());
}

/**
 * Loaded at the first look-up: an isolate that never sets a password never pays for it. Not kept as a promise: a request that
 * is cut off would leave others waiting for it.
 */
let commonest: Set<string> | undefined;

/** In lower case. The entries begin after the first empty line. */
async function load(): Promise<Set<string>> {
  const { default: list } = await import('./common-passwords.txt');
  const entries = list.slice(list.indexOf('\n\n') + 2).trimEnd();
  return new Set(entries.split('\n'));
}
