import { type Account, accountKey } from '../accounts/account.ts';
import { type Code, deriveCodes } from '../crypto/code.ts';
import type { Keyring } from '../crypto/keyring.ts';

/**
 * The code of an attempt. Not stored anywhere: a keyed hash of the asking browser's verifier, the
 * account and its epoch gives it again, so it dies with the epoch and works for that browser only
 * (OWASP ASVS 5.0, 6.6.2). All keys of the keyring count, so that rotation breaks no mail under way.
 * @returns one code per key, the current key's first
 */
export function emailCodesFor(
  keyring: Keyring,
  verifierHash: string,
  account: Account,
  epoch: number,
): Promise<[Code, ...Code[]]> {
  return deriveCodes(keyring, 'code', verifierHash, accountKey(account), String(epoch));
}
