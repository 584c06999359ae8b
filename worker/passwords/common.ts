import { normalizePassword } from './password-hash.ts';

/**
 * Whether a password is on the list of the commonest ones, in any case. The list has more than the 3,000 that OWASP
 * ASVS 5.0, 6.2.4 asks for. It needs no network, unlike Have I Been Pwned.
 */
export async function isCommon(password: string): Promise<boolean> {
  commonest ??= await load();
  return commonest.has(normalizePassword(password).toLowerCase());
}

/**
 * Loaded at the first look-up, so an isolate where nobody sets a password does not pay for it. The promise is not
 * kept: if its request were cut off, other requests would wait for it for ever.
 */
let commonest: Set<string> | undefined;

/** The passwords of the list, in lower case. They begin after the first empty line of the file. */
async function load(): Promise<Set<string>> {
  const { default: list } = await import('./common-passwords.txt');
  const entries = list.slice(list.indexOf('\n\n') + 2).trimEnd();
  return new Set(entries.split('\n'));
}
