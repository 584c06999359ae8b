import { base64url } from 'jose';
import { audienceOf, type Realm } from '../accounts/realm.ts';
import { mac } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Email } from '../values/email-address.ts';
import { mailboxOf } from '../values/mailbox.ts';

/** A keyed hash of realm and mailbox, for known and unknown addresses alike. It does not reveal the address. */
export async function addressKeyOf(keyring: Keyring, realm: Realm, email: Email): Promise<string> {
  return base64url.encode(
    await mac(keyring.current.mac, 'address', audienceOf(realm), mailboxOf(email)),
  );
}
