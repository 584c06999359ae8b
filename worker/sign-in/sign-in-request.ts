import { base64url } from 'jose';
import * as v from 'valibot';
import { audienceOf, type Realm } from '../accounts/realm.ts';
import { mac, sameText, sha256 } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { randomToken } from '../crypto/random.ts';
import { sign, verify } from '../crypto/signed.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import { type Email, maskEmail, storedEmail } from '../values/email-address.ts';
import { pastedAddress } from '../values/pasted-address.ts';
import { addressKeyOf } from './address-key.ts';
import { LINK_REMEMBERED, type MagicLink } from './magic-link.ts';

/**
 * A browser's request for a magic link, kept in its cookie `__Host-asking`. Its verifier proves which browser asked.
 * Nothing in it shows whether the address is known.
 */
export type SignInRequest = {
  verifier: string;
  /** A keyed hash of realm and address, for limits to count by. */
  addressKey: string;
  /** The address that was typed, without what clung to it; masked for a renewed link, because the browser may not know it. */
  shown: string;
  /** For a renewed link: the hash of the old link's token. The old link names the account. */
  renews: string | null;
  /** Whether the address was typed in this browser. For a renewed link: whether this browser asked for the first one. */
  askedFirst: boolean;
  next: string;
  askedAt: number;
};

/** The names of the claims in cookies that browsers hold. */
const Claims = v.object({
  vfr: v.string(),
  adk: v.string(),
  shn: v.string(),
  rnw: v.nullable(v.string()),
  // cookies of an earlier release lack it
  fst: v.optional(v.boolean()),
  nxt: v.string(),
  ask: v.number(),
});

/**
 * A browser's new request, for an address that was typed. It keeps the verifier of an earlier request for the same
 * address that has not expired, so both mails work and carry the same code.
 */
export async function newSignInRequest(
  keyring: Keyring,
  realm: Realm,
  email: Email,
  asked: { typed: string; next: string } & VerifierSource,
  now: number,
): Promise<SignInRequest> {
  const addressKey = await addressKeyOf(keyring, realm, email);
  return {
    verifier: await verifierFor(keyring, addressKey, asked, now),
    addressKey,
    shown: pastedAddress(asked.typed),
    renews: null,
    askedFirst: true,
    next: asked.next,
    askedAt: now,
  };
}

/**
 * A browser's request for a new link in place of an old one. The browser learns only the masked address.
 * @param address the address that is stored for the account now; the old link may have gone to another one
 */
export async function newRenewal(
  keyring: Keyring,
  realm: Realm,
  link: Pick<MagicLink, 'verifierHash' | 'next'> & { tokenHash: string },
  renewed: { address: string } & VerifierSource,
  now: number,
): Promise<SignInRequest> {
  const { address, earlier } = renewed;
  const addressKey = await addressKeyOf(keyring, realm, storedEmail(address));
  return {
    verifier: await verifierFor(keyring, addressKey, renewed, now),
    addressKey,
    shown: maskEmail(address),
    renews: link.tokenHash,
    askedFirst: earlier?.askedFirst === true && (await isRequestingBrowser(link, earlier)),
    next: link.next,
    askedAt: now,
  };
}

/** Whether a browser's request is the one that the link was mailed for. */
export async function isRequestingBrowser(
  link: Pick<MagicLink, 'verifierHash'>,
  request: SignInRequest | null,
): Promise<boolean> {
  return request !== null && sameText(await verifierHashOf(request), link.verifierHash);
}

/** What a new verifier depends on: this browser's request before, and the page that the form was on. */
type VerifierSource = { earlier: SignInRequest | null; page: string | null };

/**
 * The verifier of a request. A page that is sent twice (a double tap) has the same one twice, whichever answer the browser
 * keeps; only who has the page can make it. An expired verifier is not used again, because its codes would work again.
 */
export async function verifierFor(
  keyring: Keyring,
  addressKey: string,
  { earlier, page }: VerifierSource,
  now: number,
): Promise<string> {
  const kept = earlierVerifier(earlier, addressKey, now);
  if (kept !== null) return kept;
  if (page === null) return randomToken();
  const derived = base64url.encode(await mac(keyring.current.mac, 'verifier', page, addressKey));
  return derived === earlier?.verifier ? randomToken() : derived;
}

/** The verifier of an earlier request that has not expired, if it was for the same address. */
function earlierVerifier(
  earlier: SignInRequest | null,
  addressKey: string,
  now: number,
): string | null {
  return earlier !== null && earlier.addressKey === addressKey && !requestExpired(earlier, now)
    ? earlier.verifier
    : null;
}

/** Whether a request is so old that the code of its mail no longer works. */
export function requestExpired(request: SignInRequest, now: number): boolean {
  return now - request.askedAt >= LINK_LIFETIME;
}

/** The hash of a verifier. It is stored in place of the verifier, and no cookie can be made of it. */
export function verifierHashOf(request: SignInRequest): Promise<string> {
  return sha256(request.verifier);
}

/** The value of the cookie `__Host-asking`: a signed request for one realm. */
export function signSignInRequest(
  keyring: Keyring,
  realm: Realm,
  request: SignInRequest,
): Promise<string> {
  return sign(keyring, 'request', {
    iss: realm.origin,
    aud: audienceOf(realm),
    exp: Math.floor((request.askedAt + LINK_REMEMBERED) / 1000),
    vfr: request.verifier,
    adk: request.addressKey,
    shn: request.shown,
    rnw: request.renews,
    fst: request.askedFirst,
    nxt: request.next,
    ask: request.askedAt,
  });
}

/** The request in a cookie `__Host-asking`; null if we did not sign it for this realm, or it has expired. */
export async function readSignInRequest(
  keyring: Keyring,
  realm: Realm,
  cookie: string | undefined,
  now: number,
): Promise<SignInRequest | null> {
  if (cookie === undefined) return null;
  const expected = { issuer: realm.origin, audience: audienceOf(realm), now };
  const claims = v.safeParse(Claims, await verify(keyring, 'request', cookie, expected));
  if (!claims.success) return null;
  const { vfr, adk, shn, rnw, fst = rnw === null, nxt, ask } = claims.output;
  return {
    verifier: vfr,
    addressKey: adk,
    shown: shn,
    renews: rnw,
    askedFirst: fst,
    next: nxt,
    askedAt: ask,
  };
}
