import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Keyring } from './keyring.ts';

/** What a signed text is for. A text that is signed for one purpose is refused for the others. */
type Purpose = 'session' | 'request' | 'known';

/** The `typ` header of each purpose. Cookies that browsers hold now carry these values. */
const TYPES = { session: 'session', request: 'asking', known: 'known' } as const;

/** The longest cookie value worth a signature check, in characters. Ours have a few hundred. */
const LONGEST = 3000;

/** Signs claims as a compact JWS (RFC 7515), HS256, with the current key of the purpose. */
export function sign(keyring: Keyring, purpose: Purpose, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: TYPES[purpose], kid: keyring.current.kid })
    .sign(keyring.current[purpose]);
}

/**
 * The claims of a JWS that one of our keys signed for this purpose, issuer and audience, if it has not expired at
 * `now`. Null for every other text, whatever is wrong with it. Algorithm and type are fixed (RFC 8725, 3.1 and 3.11).
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
        // an unknown `kid` is refused before any key is tried
        const keys = keyring.all.find((candidate) => candidate.kid === kid);
        if (keys === undefined) throw new Error('unknown kid');
        return keys[purpose];
      },
      {
        algorithms: ['HS256'],
        typ: TYPES[purpose],
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
