import { accountKey } from '../accounts/account.ts';
import type { AccountStatus } from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import type { Code } from '../crypto/code.ts';
import { sha256 } from '../crypto/hash.ts';
import { randomToken } from '../crypto/random.ts';
import type { MailId } from '../db/ids.ts';
import type { Stores } from '../db/stores.ts';
import { LINK_LIFETIME } from '../limits/rules.ts';
import { maskEmail } from '../values/email-address.ts';
import { emailCodesFor } from './email-code.ts';
import type { LinkRequest } from './issue.ts';
import { storeMagicLink } from './magic-link.ts';

/** A fresh link, ready to be mailed to the account's stored address. */
export type MintedLink = {
  token: string;
  /** With how long it still works; null once the browser's sign-in request has expired, and its codes with it. */
  code: { text: Code; lasts: number } | null;
};

/**
 * Mints the link that somebody asked for, just before its mail leaves: it works for LINK_LIFETIME from now. Null when the
 * account has changed since: signed in, access off, another address, gone.
 * @param status the account as it is now
 * @param asked the mail that brings it, and when it was asked for: the code expires with the sign-in request
 */
export async function mintLink(
  { tokens, keyring }: Pick<Stores, 'tokens' | 'keyring'>,
  realm: Realm,
  status: AccountStatus,
  request: LinkRequest,
  asked: { mail: MailId; at: number },
  now: number,
): Promise<MintedLink | null> {
  const { account, epoch, verifierHash, addressKey, next } = request;
  if (!isUnchanged(status, request)) return null;
  const token = randomToken();
  const masked = maskEmail(status.address);
  const { mail } = asked;
  const link = { mail, account, epoch, verifierHash, addressKey, masked, next };
  await storeMagicLink(tokens, realm, await sha256(token), link, now);
  const [text] = await emailCodesFor(keyring, verifierHash, account, epoch);
  const lasts = asked.at + LINK_LIFETIME - now;
  return { token, code: lasts > 0 ? { text, lasts } : null };
}

function isUnchanged(status: AccountStatus, { account, epoch }: LinkRequest): boolean {
  const isSame = accountKey(status.account) === accountKey(account);
  return isSame && status.open && status.epoch === epoch;
}
