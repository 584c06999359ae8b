import list from './common-passwords.txt';
import { normalizePassword } from './password-hash.ts';

/**
 * Whether a password is one of the commonest of its length, whatever its case: more than the 3,000 that match
 * the policy which OWASP ASVS 5.0, 6.2.4, asks for. Works when Have I Been Pwned cannot be reached.
 */
export function isCommon(password: string): boolean {
  commonest ??= new Set(commonPasswords());
  return commonest.has(normalizePassword(password).toLowerCase());
}

/** The list, in lower case. */
export function commonPasswords(): string[] {
  return list
    .slice(list.indexOf('\n\n') + 2)
    .trimEnd()
    .split('\n');
}

/** Read at the first look-up: an isolate that never sets a password never pays for it. */
let commonest: Set<string> | undefined;
