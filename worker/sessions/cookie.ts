import { audienceOf, type Realm } from '../accounts/realm.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { sign, verify } from '../crypto/signed.ts';
import type { ContactId, MemberId, SessionId } from '../db/ids.ts';
import { SESSION_LONGEST } from './lifetime.ts';

/** What a session cookie claims. Only D1 says whether the session is still active (resume.ts). */
export type SessionClaim = { session: SessionId; subject: ContactId | MemberId };

/** The value of the cookie `__Host-session`: a signed claim for one realm. */
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

/** The claim of a session cookie that we signed for this realm, if it has not expired; null for any other text. */
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
  // the signature proves that we wrote these ids
  return { session: claims.sid as SessionId, subject: claims.sub as ContactId | MemberId };
}
