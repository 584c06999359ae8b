import type { Realm } from '../accounts/realm.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { admitTry, clearTries, pauseOf, refundTry } from '../limits/backoff.ts';
import {
  type Backoff,
  PASSWORDS_PER_ADDRESS,
  PASSWORDS_PER_KNOWN_BROWSER,
  PASSWORDS_PER_NETWORK,
} from '../limits/rules.ts';
import type { Email } from '../values/email-address.ts';
import { addressKeyOf } from './address-key.ts';
import { type Asker, networkKeyOf } from './asker.ts';
import { isKnownTo } from './known-mailboxes.ts';

/**
 * What tries at a password are counted by: keyed hashes of the address in its realm, and of the client network. `browser`: the
 * browser's name if the address has signed in with it before, null if not.
 */
export type TrySubjects = { addressKey: string; networkKey: string; browser: string | null };

/**
 * A counted try. If `ok`, it may be checked; `pausedUntil` is the end of the pause that this try starts if it is
 * wrong, or null. Otherwise it is refused until `until`.
 */
export type CountedTry = { ok: true; pausedUntil: number | null } | { ok: false; until: number };

/** What tries of an asker at the password of an address are counted by. */
export async function trySubjects(
  keyring: Keyring,
  realm: Realm,
  email: Email,
  { network, known }: Asker,
): Promise<TrySubjects> {
  const [addressKey, networkKey, isKnown] = await Promise.all([
    addressKeyOf(keyring, realm, email),
    networkKeyOf(keyring, network),
    isKnownTo(keyring, realm, known, email),
  ]);
  return { addressKey, networkKey, browser: isKnown ? (known?.browser ?? null) : null };
}

/**
 * Counts a try before the password is hashed (decision 0012). A known browser has a count of its own. Otherwise the network
 * is counted first. Attack: a network over its limit must not be able to pause the password of another person.
 */
export async function countPasswordTry(
  db: Db,
  subjects: TrySubjects,
  now: number,
): Promise<CountedTry> {
  const { addressKey, networkKey, browser } = subjects;
  if (browser !== null) {
    const known = await countOne(db, PASSWORDS_PER_KNOWN_BROWSER, `${browser} ${addressKey}`, now);
    return countedTry(known, now);
  }
  const network = await countOne(db, PASSWORDS_PER_NETWORK, networkKey, now);
  if (!network.admitted) return countedTry(network, now);
  return countedTry(await countOne(db, PASSWORDS_PER_ADDRESS, addressKey, now), now);
}

type Counted = { admitted: boolean; until: number | null };

function countedTry({ admitted, until }: Counted, now: number): CountedTry {
  return admitted ? { ok: true, pausedUntil: until } : { ok: false, until: until ?? now };
}

async function countOne(db: Db, rule: Backoff, subject: string, now: number): Promise<Counted> {
  const { counted, pause } = await batchByName(db, {
    counted: admitTry(db, rule, subject, now),
    pause: pauseOf(db, rule, subject),
  });
  return { admitted: counted.length > 0, until: pause[0]?.until ?? null };
}

/**
 * After a right password: takes its own try back from the network, and forgets the failures of the address. A known browser
 * forgets its own only: a stranger who has paused the address must not see that its owner has been there.
 */
export async function forgiveTries(db: Db, subjects: TrySubjects): Promise<void> {
  const { addressKey, networkKey, browser } = subjects;
  if (browser !== null) {
    await clearTries(db, PASSWORDS_PER_KNOWN_BROWSER, `${browser} ${addressKey}`);
    return;
  }
  await db.batch([
    refundTry(db, PASSWORDS_PER_NETWORK, networkKey),
    clearTries(db, PASSWORDS_PER_ADDRESS, addressKey),
  ]);
}

/** After a new password was set: forgets the failures of the address and of this browser, so that it works at once. */
export async function clearAddressTries(db: Db, subjects: TrySubjects): Promise<void> {
  const { addressKey, browser } = subjects;
  await db.batch([
    clearTries(db, PASSWORDS_PER_ADDRESS, addressKey),
    clearTries(db, PASSWORDS_PER_KNOWN_BROWSER, `${browser} ${addressKey}`),
  ]);
}

/** The statement that reads until when the password of an address is paused in browsers not known to it: `until` may be past or null. */
export function pauseOfAddress(db: Db, addressKey: string) {
  return pauseOf(db, PASSWORDS_PER_ADDRESS, addressKey);
}
