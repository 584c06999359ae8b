import { base64url } from 'jose';
import * as v from 'valibot';
import { audienceOf, type Realm } from '../accounts/realm.ts';
import { mac, sha256 } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { randomToken } from '../crypto/random.ts';
import { sign, verify } from '../crypto/signed.ts';
import { LINK_LIFETIME, LINK_REMEMBERED } from '../limits/rules.ts';
import type { Email } from '../values/email-address.ts';

/**
 * What a browser remembers of having asked for a link, in its `__Host-asking` cookie. It holds the
 * verifier, which makes it "the browser that asked", and nothing that tells whether an address is known.
 */
export type SignInRequest = {
  verifier: string;
  /** Keyed hash of the address at this door: what limits count by. */
  addressKey: string;
  /** The address as typed; masked when the browser never knew it (a renewed link). */
  shown: string;
  /** For a renewed link: the hash of the old link's token, whose attempt says whom it was for. */
  renews: string | null;
  next: string;
  askedAt: number;
};

const Claims = v.object({
  vfr: v.string(),
  adk: v.string(),
  shn: v.string(),
  rnw: v.nullable(v.string()),
  nxt: v.string(),
  ask: v.number(),
});

/**
 * A browser's new request for a link to an address it typed. While its earlier attempt for the same
 * address is alive it keeps its verifier, so that both mails work and carry the same code.
 */
export async function newRequest(
  keyring: Keyring,
  realm: Realm,
  email: Email,
  request: { typed: string; next: string; earlier: SignInRequest | null },
  now: number,
): Promise<SignInRequest> {
  const addressKey = await addressKeyOf(keyring, realm, email);
  return {
    verifier: earlierVerifier(request.earlier, addressKey, now) ?? randomToken(),
    addressKey,
    shown: request.typed.trim(),
    renews: null,
    next: request.next,
    askedAt: now,
  };
}

/** A browser's request to renew a link it was given: it learns the masked address, no more. */
export function newRenewal(
  link: { addressKey: string; masked: string; next: string },
  tokenHash: string,
  earlier: SignInRequest | null,
  now: number,
): SignInRequest {
  return {
    verifier: earlierVerifier(earlier, link.addressKey, now) ?? randomToken(),
    addressKey: link.addressKey,
    shown: link.masked,
    renews: tokenHash,
    next: link.next,
    askedAt: now,
  };
}

function earlierVerifier(
  earlier: SignInRequest | null,
  addressKey: string,
  now: number,
): string | null {
  return earlier !== null && earlier.addressKey === addressKey && !requestExpired(earlier, now)
    ? earlier.verifier
    : null;
}

/** Whether the mails that this browser asked for have stopped working. */
export function requestExpired(request: SignInRequest, now: number): boolean {
  return now - request.askedAt >= LINK_LIFETIME;
}

/** What is stored and mailed of a verifier: its hash, which cannot be turned into the cookie. */
export function verifierHashOf(request: SignInRequest): Promise<string> {
  return sha256(request.verifier);
}

/** A keyed hash of an address at a door: the same for known and unknown ones, and no address itself. */
export async function addressKeyOf(keyring: Keyring, realm: Realm, email: Email): Promise<string> {
  return base64url.encode(await mac(keyring.current.mac, 'address', audienceOf(realm), email.key));
}

/** The value of `__Host-asking`. */
export function signRequest(
  keyring: Keyring,
  realm: Realm,
  request: SignInRequest,
): Promise<string> {
  return sign(keyring, 'asking', {
    iss: realm.origin,
    aud: audienceOf(realm),
    exp: Math.floor((request.askedAt + LINK_REMEMBERED) / 1000),
    vfr: request.verifier,
    adk: request.addressKey,
    shn: request.shown,
    rnw: request.renews,
    nxt: request.next,
    ask: request.askedAt,
  });
}

/** What a `__Host-asking` cookie says; null when we did not sign it for this door. */
export async function readRequest(
  keyring: Keyring,
  realm: Realm,
  cookie: string | undefined,
  now: number,
): Promise<SignInRequest | null> {
  if (cookie === undefined) return null;
  const expected = { issuer: realm.origin, audience: audienceOf(realm), now };
  const claims = v.safeParse(Claims, await verify(keyring, 'asking', cookie, expected));
  if (!claims.success) return null;
  const { vfr, adk, shn, rnw, nxt, ask } = claims.output;
  return { verifier: vfr, addressKey: adk, shown: shn, renews: rnw, next: nxt, askedAt: ask };
}
