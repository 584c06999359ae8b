import { type Account, accountKey } from '../accounts/account.ts';
import { type Code, deriveCodes } from '../crypto/code.ts';
import type { Keyring } from '../crypto/keyring.ts';

/**
 * The code of a sign-in mail, which is stored nowhere (decision 0007). It is a keyed hash of browser, account and
 * epoch, so it works in the browser that asked only (OWASP ASVS 5.0, 6.6.2), and until the epoch changes.
 * @returns one code for each key of the keyring, the current key's code first
 */
export function emailCodesFor(
  keyring: Keyring,
  verifierHash: string,
  account: Account,
  epoch: number,
): Promise<[Code, ...Code[]]> {
  return deriveCodes(keyring, 'code', verifierHash, accountKey(account), String(epoch));
}
