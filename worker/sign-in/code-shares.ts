import type { Realm } from '../accounts/realm.ts';
import type { Keyring } from '../crypto/keyring.ts';
import {
  CODES_PER_ADDRESS,
  CODES_PER_KNOWN_BROWSER,
  CODES_PER_NETWORK_AND_ADDRESS,
  CODES_PER_REQUEST,
} from '../limits/rules.ts';
import type { Share } from '../limits/shares.ts';
import { parseEmail } from '../values/email-address.ts';
import { type Asker, networkKeyOf } from './asker.ts';
import { isKnownTo } from './known-mailboxes.ts';
import type { SignInRequest } from './sign-in-request.ts';

/**
 * What a try at a code counts against: the request always; then the share of a browser that is known to the address, or
 * else those of the network and of the address. Attack: one browser, or one network, must not lock an address.
 */
export async function codeShares(
  keyring: Keyring,
  realm: Realm,
  request: SignInRequest,
  verifierHash: string,
  { network, known }: Asker,
): Promise<Share[]> {
  const { addressKey, renews, shown } = request;
  // a renewal shows a masked address, which is no mailbox
  const email = renews === null ? parseEmail(shown) : null;
  const ofRequest = { rule: CODES_PER_REQUEST, subject: verifierHash };
  if (email !== null && known !== null && (await isKnownTo(keyring, realm, known, email))) {
    const subject = `${known.browser} ${addressKey}`;
    return [ofRequest, { rule: CODES_PER_KNOWN_BROWSER, subject }];
  }
  const subject = `${await networkKeyOf(keyring, network)} ${addressKey}`;
  return [
    ofRequest,
    { rule: CODES_PER_NETWORK_AND_ADDRESS, subject },
    { rule: CODES_PER_ADDRESS, subject: addressKey },
  ];
}
