import list from './common-passwords.txt';
import { normalizePassword } from './password-hash.ts';

/**
 * Whether a password is on the list of the commonest ones, in any case. The list has more than the 3,000 that OWASP
 * ASVS 5.0, 6.2.4 asks for. It needs no network, unlike Have I Been Pwned.
 */
export function isCommon(password: string): boolean {
  commonest ??= new Set(commonPasswords());
  return commonest.has(normalizePassword(password).toLowerCase());
}

/** The passwords of the list, in lower case. */
export function commonPasswords(): string[] {
  return list
    .slice(list.indexOf('\n\n') + 2)
    .trimEnd()
    .split('\n');
}

/** Built at the first look-up, so an isolate where nobody sets a password does not pay for it. */
let commonest: Set<string> | undefined;
