import { accountStatusOf, findAccount, newcomerOf } from '../accounts/find.ts';
import type { Realm } from '../accounts/realm.ts';
import type { Db } from '../db/client.ts';
import { linkExpired, type MagicLink } from './magic-link.ts';

/** The state of a link, for the page that explains it. */
export type LinkStatus = 'open' | 'expired' | 'used' | 'access-off';

/** A link's state, and the address that is stored for its account now, which may not be the one it was mailed to. */
export type InspectedLink = { status: LinkStatus; address: string };

/**
 * The state of a link, from the account's row in D1, never from KV. It uses nothing up. Null when the account was
 * deleted or is no longer admitted.
 */
export async function inspectLink(
  db: Db,
  realm: Realm,
  link: MagicLink,
  now: number,
): Promise<InspectedLink | null> {
  const { account } = link;
  const found = accountStatusOf(await findAccount(db, account), newcomerOf(realm, account));
  if (found === null) return null;
  const { address, maySignIn, epoch } = found;
  if (!maySignIn) return { status: 'access-off', address };
  if (epoch !== link.epoch) return { status: 'used', address };
  return { status: linkExpired(link, now) ? 'expired' : 'open', address };
}
