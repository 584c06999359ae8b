import { accountStatusOf, findAccount, newcomerOf } from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import { sameText } from '../crypto/hash.ts';
import type { Db } from '../db/client.ts';
import { linkExpired, type MagicLink } from './magic-link.ts';
import { type SignInRequest, verifierHashOf } from './sign-in-request.ts';

/** The state of a link, for the page that explains it. `gone`: its account was deleted or is no longer admitted. */
export type LinkStatus = 'open' | 'expired' | 'used' | 'access-off' | 'gone';

/** Whether a browser's request is the one that the link was mailed for. */
export async function isRequestingBrowser(
  link: MagicLink,
  request: SignInRequest | null,
): Promise<boolean> {
  return request !== null && sameText(await verifierHashOf(request), link.verifierHash);
}

/** The state of a link, from the account's row in D1, never from KV. It uses nothing up. */
export async function inspectLink(
  db: Db,
  realm: Realm,
  link: MagicLink,
  now: number,
): Promise<LinkStatus> {
  const { account } = link;
  const status = accountStatusOf(await findAccount(db, account), newcomerOf(realm, account));
  if (status === null) return 'gone';
  if (!status.maySignIn) return 'access-off';
  if (status.epoch !== link.epoch) return 'used';
  return linkExpired(link, now) ? 'expired' : 'open';
}
