import { audienceOf, type Realm } from '../accounts/realm.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { sign, verify } from '../crypto/signed.ts';
import type { ContactId, MemberId, SessionId } from '../db/ids.ts';
import { SESSION_LONGEST } from '../limits/rules.ts';

/** What a session cookie claims. A claim, not yet a session: `resume` asks D1 whether it lives. */
export type SessionClaim = { session: SessionId; subject: ContactId | MemberId };

/** The value of `__Host-session`: a signed claim that holds at this door only. */
export function signSession(keyring: Keyring, realm: Realm, claim: SessionClaim, now: number) {
  return sign(keyring, 'session', {
    iss: realm.origin,
    aud: audienceOf(realm),
    sub: claim.subject,
    sid: claim.session,
    iat: Math.floor(now / 1000),
    exp: Math.floor((now + SESSION_LONGEST) / 1000),
  });
}

/** The claim of a cookie that we signed for this door; null for forged, foreign, expired or junk. */
export async function readSession(
  keyring: Keyring,
  realm: Realm,
  cookie: string | undefined,
  now: number,
): Promise<SessionClaim | null> {
  if (cookie === undefined) return null;
  const expected = { issuer: realm.origin, audience: audienceOf(realm), now };
  const claims = await verify(keyring, 'session', cookie, expected);
  if (typeof claims?.sid !== 'string' || typeof claims.sub !== 'string') return null;
  // the signature vouches that we minted these ids
  return { session: claims.sid as SessionId, subject: claims.sub as ContactId | MemberId };
}
