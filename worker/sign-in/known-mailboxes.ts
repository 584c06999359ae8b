import { base64url } from 'jose';
import * as v from 'valibot';
import { audienceOf, type Realm } from '../accounts/realm.ts';
import { mac, sameText } from '../crypto/hash.ts';
import type { Keyring, Keys } from '../crypto/keyring.ts';
import { randomLabel } from '../crypto/random.ts';
import { sign, verify } from '../crypto/signed.ts';
import { days } from '../values/duration.ts';
import type { Email } from '../values/email-address.ts';
import { countedMailboxOf } from '../values/mailbox.ts';

/**
 * The mailboxes that have signed in with a browser in one realm, kept in its cookie `__Host-known`, also after signing out. They
 * give it shares of its own in limits, and prove nothing (decision 0025). The hashes are salted with the browser's name:
 * nobody can read an account from them, or see that two browsers have one in common.
 */
export type KnownMailboxes = { browser: string; hashes: string[] };

/** How long a browser stays known after its last sign-in. */
export const KNOWN_REMEMBERED = days(365);

/** The most mailboxes of one browser, the newest first: a family shares a computer. */
const MAILBOXES_MOST = 3;

const Claims = v.object({ brw: v.string(), mbx: v.array(v.string()) });

/** Whether a mailbox has signed in with a browser in this realm. */
export async function isKnownTo(
  keyring: Keyring,
  realm: Realm,
  known: KnownMailboxes | null,
  email: Pick<Email, 'key'>,
): Promise<boolean> {
  if (known === null) return false;
  // a secret that was rotated since hashed it otherwise
  const hashes = await Promise.all(
    keyring.all.map((keys) => hashOf(keys, realm, known.browser, email)),
  );
  return known.hashes.some((held) => hashes.some((hash) => sameText(held, hash)));
}

/** What a browser holds once a mailbox has signed in with it. */
export async function withMailbox(
  keyring: Keyring,
  realm: Realm,
  known: KnownMailboxes | null,
  email: Pick<Email, 'key'>,
): Promise<KnownMailboxes> {
  const { browser, hashes } = known ?? { browser: randomLabel(16), hashes: [] };
  const hash = await hashOf(keyring.current, realm, browser, email);
  const others = hashes.filter((held) => held !== hash);
  return { browser, hashes: [hash, ...others].slice(0, MAILBOXES_MOST) };
}

/** The value of the cookie `__Host-known`: signed for one realm. */
export function signKnownMailboxes(
  keyring: Keyring,
  realm: Realm,
  { browser, hashes }: KnownMailboxes,
  now: number,
): Promise<string> {
  return sign(keyring, 'known', {
    iss: realm.origin,
    aud: audienceOf(realm),
    exp: Math.floor((now + KNOWN_REMEMBERED) / 1000),
    brw: browser,
    mbx: hashes,
  });
}

/** What a cookie `__Host-known` holds; null if we did not sign it for this realm, or it has expired. */
export async function readKnownMailboxes(
  keyring: Keyring,
  realm: Realm,
  cookie: string | undefined,
  now: number,
): Promise<KnownMailboxes | null> {
  if (cookie === undefined) return null;
  const expected = { issuer: realm.origin, audience: audienceOf(realm), now };
  const claims = v.safeParse(Claims, await verify(keyring, 'known', cookie, expected));
  return claims.success ? { browser: claims.output.brw, hashes: claims.output.mbx } : null;
}

/** 128 bits are enough: a hash only tells a browser's own mailboxes from others. */
async function hashOf(keys: Keys, realm: Realm, browser: string, email: Pick<Email, 'key'>) {
  const parts = ['known', audienceOf(realm), browser, countedMailboxOf(email)];
  return base64url.encode((await mac(keys.mac, ...parts)).subarray(0, 16));
}
