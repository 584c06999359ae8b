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
import { LINK_LIFETIME } from '../limits/rules.ts';
import { type Email, maskEmail } from '../values/email-address.ts';
import { emailCodesFor } from './email-code.ts';
import { storeMagicLink } from './magic-link.ts';
import { type SignInRequest, verifierHashOf } from './request.ts';

/**
 * A link that somebody asked for and may have: whose account, of which epoch, for which browser. It holds no secret
 * and makes nobody's way in; the link itself is minted when its mail leaves, which may be later.
 */
export type LinkRequest = {
  account: Account;
  epoch: number;
  verifierHash: string;
  addressKey: string;
  next: string;
};

/** A fresh link, ready to be mailed to the account's stored address. */
export type IssuedLink = {
  token: string;
  /** With how long it still works; null once the browser's asking has lapsed, and codes with it. */
  code: { text: Code; lasts: number } | null;
};

/**
 * The link that a browser asked for by typing an address; null when it belongs to nobody who may sign in. Runs after
 * the response, so that its time tells nothing.
 */
export async function linkForAddress(
  stores: Stores,
  realm: Realm,
  request: SignInRequest,
  email: Email,
): Promise<LinkRequest | null> {
  const found = await findByAddress(stores.db, realm, email);
  return orderFor(request, accountStatusOf(found, newcomerAt(realm, email)));
}

/** The link that a browser asked for in place of an older one, for the account of that. */
export async function linkForRenewal(
  stores: Stores,
  realm: Realm,
  request: SignInRequest,
  account: Account,
): Promise<LinkRequest | null> {
  const found = await findAccount(stores.db, account);
  return orderFor(request, accountStatusOf(found, newcomerOf(realm, account)));
}

async function orderFor(
  request: SignInRequest,
  status: AccountStatus | null,
): Promise<LinkRequest | null> {
  if (status === null || !status.open) return null;
  const { account, epoch } = status;
  const { addressKey, next } = request;
  return { account, epoch, verifierHash: await verifierHashOf(request), addressKey, next };
}

/**
 * Mints the link of an order, just before its mail leaves: valid for LINK_LIFETIME from now. Null when the account
 * has moved on since: signed in, access off, another address, gone.
 * @param status how the account stands now
 * @param asked the mail it leaves with; and from when the code counts: it lapses with the browser's asking, however
 * late the mail is
 */
export async function issueLink(
  { tokens, keyring }: Pick<Stores, 'tokens' | 'keyring'>,
  realm: Realm,
  status: AccountStatus,
  job: LinkRequest,
  asked: { mail: MailId; at: number },
  now: number,
): Promise<IssuedLink | null> {
  const { account, epoch, verifierHash, addressKey, next } = job;
  if (!isStill(status, job)) return null;
  const token = randomToken();
  const masked = maskEmail(status.address);
  const { mail } = asked;
  const link = { mail, account, epoch, verifierHash, addressKey, masked, next };
  await storeMagicLink(tokens, realm, await sha256(token), link, now);
  const [text] = await emailCodesFor(keyring, verifierHash, account, epoch);
  const lasts = asked.at + LINK_LIFETIME - now;
  return { token, code: lasts > 0 ? { text, lasts } : null };
}

function isStill(status: AccountStatus, { account, epoch }: LinkRequest): boolean {
  const isSame = accountKey(status.account) === accountKey(account);
  return isSame && status.open && status.epoch === epoch;
}
