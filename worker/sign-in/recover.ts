import { accountKey } from '../accounts/account.ts';
import type { Realm } from '../accounts/realm.ts';
import { parseCode } from '../crypto/code.ts';
import { sameText } from '../crypto/hash.ts';
import type { Stores } from '../db/stores.ts';
import { findLostSessions, type LostSession } from '../sessions/lost.ts';
import { emailCodesFor } from './email-code.ts';
import type { MagicLink } from './magic-link.ts';
import { isRequestingBrowser, type SignInRequest, verifierHashOf } from './sign-in-request.ts';

// D1 may have started a session whose cookie never reached the browser. The browser that asked, and that signed in, gets
// that same session again. Attack: nobody else may, so both its verifier and its link or code are asked for once more.

/** The session that this browser started a moment ago by a link, or by another mail of the same epoch; null otherwise. */
export async function recoverByLink(
  { db }: Pick<Stores, 'db'>,
  realm: Realm,
  link: MagicLink,
  request: SignInRequest | null,
  now: number,
): Promise<LostSession | null> {
  if (!(await isRequestingBrowser(link, request))) return null;
  const key = accountKey(link.account);
  const found = await findLostSessions(db, realm, link.verifierHash, now);
  return (
    found.find(
      ({ epoch, accounts }) =>
        epoch === link.epoch && accounts.some((account) => accountKey(account) === key),
    ) ?? null
  );
}

/**
 * The same by a code. The caller has counted the try already. Known and unknown addresses cause the same statement.
 */
export async function recoverByCode(
  { db, keyring }: Pick<Stores, 'db' | 'keyring'>,
  realm: Realm,
  request: SignInRequest,
  typed: string,
  now: number,
): Promise<LostSession | null> {
  const code = parseCode(typed);
  if (code === null) return null;
  const verifierHash = await verifierHashOf(request);
  for (const lost of await findLostSessions(db, realm, verifierHash, now)) {
    const { epoch, accounts } = lost;
    if (epoch === null) continue;
    const codes = await Promise.all(
      accounts.map((account) => emailCodesFor(keyring, verifierHash, account, epoch)),
    );
    if (codes.flat().some((candidate) => sameText(candidate, code))) return lost;
  }
  return null;
}
