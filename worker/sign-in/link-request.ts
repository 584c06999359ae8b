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
import { type SignInRequest, verifierHashOf } from './sign-in-request.ts';

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
