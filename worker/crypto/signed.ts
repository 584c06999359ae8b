import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Keyring } from './keyring.ts';

type Purpose = 'session' | 'asking';

/** Cookies are a few hundred bytes; whatever is longer is not ours and not worth a signature check. */
const LONGEST = 3000;

/** Signs claims as a compact JWS (RFC 7515), HS256, with the current key of the purpose. */
export function sign(keyring: Keyring, purpose: Purpose, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: purpose, kid: keyring.current.kid })
    .sign(keyring.current[purpose]);
}

/**
 * The claims of a JWS that one of our keys signed for this purpose, issuer and audience and that has
 * not expired at `now`; null for everything else, whatever is wrong with it. Algorithm and type are
 * pinned (RFC 8725, 3.1 and 3.11), and an unknown `kid` never gets as far as a key.
 */
export async function verify(
  keyring: Keyring,
  purpose: Purpose,
  jws: string,
  expected: { issuer: string; audience: string; now: number },
): Promise<JWTPayload | null> {
  if (jws.length > LONGEST) return null;
  try {
    const { payload } = await jwtVerify(
      jws,
      ({ kid }) => {
        const keys = keyring.all.find((candidate) => candidate.kid === kid);
        if (keys === undefined) throw new Error('unknown kid');
        return keys[purpose];
      },
      {
        algorithms: ['HS256'],
        typ: purpose,
        issuer: expected.issuer,
        audience: expected.audience,
        currentDate: new Date(expected.now),
        requiredClaims: ['exp'],
      },
    );
    return payload;
  } catch {
    return null;
  }
}
