import { base64url } from 'jose';
import { mac } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Email } from '../values/email-address.ts';
import { countedMailboxOf } from '../values/mailbox.ts';
import type { KnownMailboxes } from './known-mailboxes.ts';

/** Who asks for a link, or types a code or a password. Limits count by it; it proves nothing. */
export type Asker = {
  /** The client network, from http/client-network.ts. */
  network: string;
  /** The mailboxes that have signed in with this browser. */
  known: KnownMailboxes | null;
};

/** A keyed hash of a client network. It does not reveal the IP address. */
export async function networkKeyOf(keyring: Keyring, network: string): Promise<string> {
  // the purpose keeps its first name: another one would reset all counts
  return base64url.encode(await mac(keyring.current.mac, 'origin', network));
}

/** A keyed hash of a mailbox, however its address is spelled, the same in every realm. */
export async function mailboxKeyOf(keyring: Keyring, email: Pick<Email, 'key'>): Promise<string> {
  return base64url.encode(await mac(keyring.current.mac, 'mailbox', countedMailboxOf(email)));
}
