/** What one derivation costs: `rounds` calls of PBKDF2 with `iterations` each. */
export type Work = { rounds: number; iterations: number };

/** Bytes in a buffer that is not shared, as WebCrypto requires. */
type Bytes = Uint8Array<ArrayBuffer>;

/** The most iterations of one PBKDF2 call in production (else NotSupportedError). Local workerd takes any number. */
export const MOST_ITERATIONS = 100_000;

/**
 * PBKDF2-HMAC-SHA-256 (RFC 8018, 5.2) in rounds: the output of a round is the password of the next, with the same
 * salt. The work is that of one call of `rounds * iterations`; the value is a different one (decision 0010).
 * @param secret an HMAC of the password, never the password itself
 * @returns 32 bytes; with `rounds` 0 the secret unchanged
 */
export async function deriveRounds(
  secret: Bytes,
  salt: Bytes,
  { rounds, iterations }: Work,
): Promise<Bytes> {
  let derived = secret;
  for (let round = 0; round < rounds; round++) {
    const key = await crypto.subtle.importKey('raw', derived, 'PBKDF2', false, ['deriveBits']);
    const step = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
    derived = new Uint8Array(await crypto.subtle.deriveBits(step, key, 256));
  }
  return derived;
}
