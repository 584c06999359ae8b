import { base64url } from 'jose';
import type { Realm } from '../accounts/realm.ts';
import { mac } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db/client.ts';
import { admitTry, clearTries, pauseOf, refundTry } from '../limits/backoff.ts';
import { PASSWORDS_PER_ADDRESS, PASSWORDS_PER_NETWORK } from '../limits/rules.ts';
import type { Email } from '../values/email-address.ts';
import { addressKeyOf } from './request.ts';

/** What tries at a password are counted by: keyed hashes of the address at its door, and of where they come from. */
export type TrySubjects = { addressKey: string; networkKey: string };

/** Let through, and until when the next one would rest if this is wrong; or refused until then. */
export type CountedTry = { ok: true; pausedUntil: number | null } | { ok: false; until: number };

/** @param origin the address of origin, as http/origin.ts gives it */
export async function trySubjects(
  keyring: Keyring,
  realm: Realm,
  email: Email,
  origin: string,
): Promise<TrySubjects> {
  const [addressKey, originMac] = await Promise.all([
    addressKeyOf(keyring, realm, email),
    mac(keyring.current.mac, 'origin', origin),
  ]);
  return { addressKey, networkKey: base64url.encode(originMac) };
}

/**
 * Counts a try before anything is hashed: first against where it comes from, and only if that has any left
 * against the address, so that who is over their own limit cannot make another's password rest.
 */
export async function countPasswordTry(
  db: Db,
  { addressKey, networkKey }: TrySubjects,
  now: number,
): Promise<CountedTry> {
  const [fromHere, hereRests] = await db.batch([
    admitTry(db, PASSWORDS_PER_NETWORK, networkKey, now),
    pauseOf(db, PASSWORDS_PER_NETWORK, networkKey),
  ]);
  if (fromHere.length === 0) return { ok: false, until: hereRests[0]?.until ?? now };
  const [forThem, theirsRests] = await db.batch([
    admitTry(db, PASSWORDS_PER_ADDRESS, addressKey, now),
    pauseOf(db, PASSWORDS_PER_ADDRESS, addressKey),
  ]);
  const until = theirsRests[0]?.until ?? null;
  return forThem.length === 0
    ? { ok: false, until: until ?? now }
    : { ok: true, pausedUntil: until };
}

/** After a right password: its try is taken back from where it came, and the address's failures are forgotten. */
export async function forgiveTries(db: Db, { addressKey, networkKey }: TrySubjects): Promise<void> {
  await db.batch([
    refundTry(db, PASSWORDS_PER_NETWORK, networkKey),
    clearTries(db, PASSWORDS_PER_ADDRESS, addressKey),
  ]);
}

/** After a new password was set: failures at the old one are forgotten, so that it can be used at once. */
export async function forgetTries(db: Db, addressKey: string): Promise<void> {
  await clearTries(db, PASSWORDS_PER_ADDRESS, addressKey);
}

/** The statement that reads until when an address's password rests; in a row whose `until` may be past or null. */
export function pauseOfAddress(db: Db, addressKey: string) {
  return pauseOf(db, PASSWORDS_PER_ADDRESS, addressKey);
}
