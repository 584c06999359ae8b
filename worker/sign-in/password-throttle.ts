import { base64url } from 'jose';
import type { Realm } from '../accounts/realm.ts';
import { mac } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { admitTry, clearTries, pauseOf, refundTry } from '../limits/backoff.ts';
import { type Backoff, PASSWORDS_PER_ADDRESS, PASSWORDS_PER_NETWORK } from '../limits/rules.ts';
import type { Email } from '../values/email-address.ts';
import { addressKeyOf } from './address-key.ts';

/** What tries at a password are counted by: keyed hashes of the address in its realm, and of the client network. */
export type TrySubjects = { addressKey: string; networkKey: string };

/**
 * A counted try. If `ok`, it may be checked; `pausedUntil` is the end of the pause that this try starts if it is
 * wrong, or null. Otherwise it is refused until `until`.
 */
export type CountedTry = { ok: true; pausedUntil: number | null } | { ok: false; until: number };

/** @param network the client network, from http/client-network.ts */
export async function trySubjects(
  keyring: Keyring,
  realm: Realm,
  email: Email,
  network: string,
): Promise<TrySubjects> {
  const [addressKey, networkMac] = await Promise.all([
    addressKeyOf(keyring, realm, email),
    // the purpose keeps its first name: another one would reset all counts
    mac(keyring.current.mac, 'origin', network),
  ]);
  return { addressKey, networkKey: base64url.encode(networkMac) };
}

/**
 * Counts a try before the password is hashed (decision 0012). The network is counted first. Attack: a network over its
 * limit must not be able to pause the password of another person, so it no longer counts against the address.
 */
export async function countPasswordTry(
  db: Db,
  { addressKey, networkKey }: TrySubjects,
  now: number,
): Promise<CountedTry> {
  const network = await countOne(db, PASSWORDS_PER_NETWORK, networkKey, now);
  if (!network.admitted) return { ok: false, until: network.until ?? now };
  const address = await countOne(db, PASSWORDS_PER_ADDRESS, addressKey, now);
  return address.admitted
    ? { ok: true, pausedUntil: address.until }
    : { ok: false, until: address.until ?? now };
}

async function countOne(db: Db, rule: Backoff, subject: string, now: number) {
  const { counted, pause } = await batchByName(db, {
    counted: admitTry(db, rule, subject, now),
    pause: pauseOf(db, rule, subject),
  });
  return { admitted: counted.length > 0, until: pause[0]?.until ?? null };
}

/** After a right password: takes its own try back from the network, and forgets the failures of the address. */
export async function forgiveTries(db: Db, { addressKey, networkKey }: TrySubjects): Promise<void> {
  await db.batch([
    refundTry(db, PASSWORDS_PER_NETWORK, networkKey),
    clearTries(db, PASSWORDS_PER_ADDRESS, addressKey),
  ]);
}

/** After a new password was set: forgets the failures of the address, so that the new password works at once. */
export async function clearAddressTries(db: Db, addressKey: string): Promise<void> {
  await clearTries(db, PASSWORDS_PER_ADDRESS, addressKey);
}

/** The statement that reads until when the password of an address is paused: `until` may be past or null. */
export function pauseOfAddress(db: Db, addressKey: string) {
  return pauseOf(db, PASSWORDS_PER_ADDRESS, addressKey);
}
