import { type Account, accountKey } from '../accounts/account.ts';
import {
  type AccountStatus,
  accountStatusOf,
  findAccount,
  findByAddress,
  newcomerAt,
  newcomerOf,
} from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import type { Code } from '../crypto/code.ts';
import { sha256 } from '../crypto/hash.ts';
import { randomToken } from '../crypto/random.ts';
import type { MailId } from '../db/ids.ts';
import type { Stores } from '../db/stores.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import { type Email, maskEmail } from '../values/email-address.ts';
import { emailCodesFor } from './email-code.ts';
import { storeMagicLink } from './magic-link.ts';
import { type SignInRequest, verifierHashOf } from './request.ts';

/**
 * A request for a link whose account was found and may sign in: the account, its epoch, and the browser that asked. It
 * holds no secret. The link itself is issued when its mail is sent, which may be later (decision 0015).
 */
export type LinkRequest = {
  account: Account;
  epoch: number;
  verifierHash: string;
  addressKey: string;
  next: string;
};

/** A new link, to be mailed to the account's stored address. */
export type IssuedLink = {
  token: string;
  /** `lasts`: milliseconds until the code expires. Null when the sign-in request has expired, and the code with it. */
  code: { text: Code; lasts: number } | null;
};

/**
 * The link request for an address that was typed; null when no account that may sign in has it. Run it after the
 * response, so that its time does not show whether the address is known.
 */
export async function linkForAddress(
  stores: Stores,
  realm: Realm,
  request: SignInRequest,
  email: Email,
): Promise<LinkRequest | null> {
  const found = await findByAddress(stores.db, realm, email);
  return linkFor(request, accountStatusOf(found, newcomerAt(realm, email)));
}

/** The link request for the account of an older link; null when that account may no longer sign in. */
export async function linkForRenewal(
  stores: Stores,
  realm: Realm,
  request: SignInRequest,
  account: Account,
): Promise<LinkRequest | null> {
  const found = await findAccount(stores.db, account);
  return linkFor(request, accountStatusOf(found, newcomerOf(realm, account)));
}

async function linkFor(
  request: SignInRequest,
  status: AccountStatus | null,
): Promise<LinkRequest | null> {
  if (status === null || !status.maySignIn) return null;
  const { account, epoch } = status;
  const { addressKey, next } = request;
  return { account, epoch, verifierHash: await verifierHashOf(request), addressKey, next };
}

/**
 * Issues a link just before its mail is sent; it is valid for LINK_LIFETIME from now.
 * @param sent the mail that carries the link, and when it was asked for: the code expires LINK_LIFETIME after that
 * @returns null when the account has signed in, lost access, changed its address or was deleted since
 */
export async function issueLink(
  { tokens, keyring }: Pick<Stores, 'tokens' | 'keyring'>,
  realm: Realm,
  status: AccountStatus,
  request: LinkRequest,
  sent: { mail: MailId; at: number },
  now: number,
): Promise<IssuedLink | null> {
  const { account, epoch, verifierHash, addressKey, next } = request;
  if (!isUnchanged(status, request)) return null;
  const token = randomToken();
  const masked = maskEmail(status.address);
  const { mail } = sent;
  const link = { mail, account, epoch, verifierHash, addressKey, masked, next };
  await storeMagicLink(tokens, realm, await sha256(token), link, now);
  const [text] = await emailCodesFor(keyring, verifierHash, account, epoch);
  const lasts = sent.at + LINK_LIFETIME - now;
  return { token, code: lasts > 0 ? { text, lasts } : null };
}

/** Whether the account is the same one, may still sign in, and has the epoch of the request. */
function isUnchanged(status: AccountStatus, { account, epoch }: LinkRequest): boolean {
  const isSame = accountKey(status.account) === accountKey(account);
  return isSame && status.maySignIn && status.epoch === epoch;
}
