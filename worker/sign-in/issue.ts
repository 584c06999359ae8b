import type { Account } from '../accounts/account.ts';
import {
  type AccountStatus,
  accountStatusOf,
  findAccount,
  findByAddress,
  newcomerAt,
  newcomerOf,
} from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import type { Stores } from '../db/stores.ts';
import type { Email } from '../values/email-address.ts';
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
