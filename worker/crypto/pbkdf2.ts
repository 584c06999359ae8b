/** What one derivation costs: `rounds` calls of `iterations` each. */
export type Work = { rounds: number; iterations: number };

/** Bytes of their own buffer, which is what WebCrypto takes. */
type Bytes = Uint8Array<ArrayBuffer>;

/** Production refuses more than this in one call of PBKDF2 (NotSupportedError); local workerd takes any number. */
export const MOST_ITERATIONS = 100_000;

/**
 * PBKDF2-HMAC-SHA-256 (RFC 8018, 5.2) over and over: each round's output is the next one's password, under
 * the same salt. As much work as one call of `rounds * iterations`, though not the same value.
 * @param secret at least as random as it can be had: an HMAC, not the password itself
 * @returns 32 bytes; with `rounds` 0 the secret as it is
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
