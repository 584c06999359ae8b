import { accountKey } from '../accounts/account.ts';
import type { AccountStatus } from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import type { Code } from '../crypto/code.ts';
import { sha256 } from '../crypto/hash.ts';
import { randomToken } from '../crypto/random.ts';
import type { MailId } from '../db/ids.ts';
import type { Stores } from '../db/stores.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import { emailCodesFor } from './email-code.ts';
import { type LinkRequest, NO_BROWSER } from './link-request.ts';
import { storeMagicLink } from './magic-link.ts';

/** A new link, to be mailed to the account's stored address. */
export type MintedLink = {
  token: string;
  /**
   * `lasts`: milliseconds until the code expires. Null when the sign-in request has expired, and the code with it, or when no
   * browser has asked.
   */
  code: { text: Code; lasts: number } | null;
};

/**
 * Mints a link just before its mail is sent; it is valid for LINK_LIFETIME from now.
 * @param sent the mail that carries the link, and when it was asked for: the code expires LINK_LIFETIME after that
 * @returns null when the account has signed in, lost access, changed its address or was deleted since
 */
export async function mintLink(
  { tokens, keyring }: Pick<Stores, 'tokens' | 'keyring'>,
  realm: Realm,
  status: AccountStatus,
  request: LinkRequest,
  sent: { mail: MailId; at: number },
  now: number,
): Promise<MintedLink | null> {
  const { account, epoch, verifierHash, addressKey, next } = request;
  if (!isUnchanged(status, request)) return null;
  const token = randomToken();
  const { mail } = sent;
  const link = { mail, account, epoch, verifierHash, addressKey, next };
  await storeMagicLink(tokens, realm, await sha256(token), link, now);
  const [text] = await emailCodesFor(keyring, verifierHash, account, epoch);
  const lasts = sent.at + LINK_LIFETIME - now;
  const takesCode = verifierHash !== NO_BROWSER && lasts > 0;
  return { token, code: takesCode ? { text, lasts } : null };
}

/** Whether the account is the same one, may still sign in, and has the epoch of the request. */
function isUnchanged(status: AccountStatus, { account, epoch }: LinkRequest): boolean {
  const isSame = accountKey(status.account) === accountKey(account);
  return isSame && status.maySignIn && status.epoch === epoch;
}
