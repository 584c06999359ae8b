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
import type { MailBudget } from '../limits/mail-budget.ts';
import type { Email } from '../values/email-address.ts';
import { type LinkAsker, type LinkShares, linkShares } from './link-shares.ts';
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

/** In place of a verifier's hash: no browser has asked, so the link opens with one press and has no code. */
export const NO_BROWSER = 'none';

/** A link request, and the ways in which its mail may be counted: `linkShares`. */
export type WantedLink = { link: LinkRequest; ways: [LinkShares, ...LinkShares[]] };

/** What asking needs: the stores, and how many mails may leave. */
export type AskDeps = Stores & { budget: MailBudget };

/**
 * The link request for an address that was typed; null when no account that may sign in has it. Run it after the
 * response, so that its time does not show whether the address is known.
 */
export async function linkForAddress(
  deps: AskDeps,
  realm: Realm,
  request: SignInRequest,
  email: Email,
  asker: LinkAsker,
): Promise<WantedLink | null> {
  const found = await findByAddress(deps.db, realm, email);
  return wantedLink(deps, realm, request, accountStatusOf(found, newcomerAt(realm, email)), asker);
}

/** The link request for the account of an older link; null when that account may no longer sign in. */
export async function linkForRenewal(
  deps: AskDeps,
  realm: Realm,
  request: SignInRequest,
  account: Account,
  asker: LinkAsker,
): Promise<WantedLink | null> {
  const found = await findAccount(deps.db, account);
  return wantedLink(
    deps,
    realm,
    request,
    accountStatusOf(found, newcomerOf(realm, account)),
    asker,
  );
}

async function wantedLink(
  { keyring, budget }: AskDeps,
  realm: Realm,
  request: SignInRequest,
  status: AccountStatus | null,
  asker: LinkAsker,
): Promise<WantedLink | null> {
  if (status === null || !status.maySignIn) return null;
  const { account, epoch } = status;
  const { addressKey, next } = request;
  const [verifierHash, ways] = await Promise.all([
    verifierHashOf(request),
    linkShares(keyring, realm, budget, status, asker),
  ]);
  return { link: { account, epoch, verifierHash, addressKey, next }, ways };
}
