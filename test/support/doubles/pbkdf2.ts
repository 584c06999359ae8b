/** What production allows in one call. Local workerd allows any number, so no test would notice. */
const MOST_ITERATIONS = 100_000;

let count = 0;
let isReal = false;
let isInPlace = false;

/** PBKDF2 derivations since the test began: each would be some 15 ms of CPU that somebody made us spend. */
export function derivations(): number {
  return count;
}

/** Until the end of this test a derivation does the work that it is asked for, and not one iteration in its place. */
export function hashForReal(): void {
  isReal = true;
}

/** For test/support/setup.ts, before each test. */
export function resetPbkdf2(): void {
  count = 0;
  isReal = false;
}

/**
 * For test/support/setup.ts: from here on a derivation by PBKDF2 is refused here as it is in production, counted, and
 * done in one iteration, so that tests about something else don't pay for it.
 */
export function standInForPbkdf2(): void {
  // files share these modules, and each runs the setup
  if (isInPlace) return;
  isInPlace = true;
  const { deriveBits, deriveKey } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.deriveBits = async function (algorithm, ...rest) {
    return deriveBits.call(this, take(algorithm), ...rest);
  };
  SubtleCrypto.prototype.deriveKey = async function (algorithm, ...rest) {
    return deriveKey.call(this, take(algorithm), ...rest);
  };
}

type Algorithm = string | { name: string; iterations?: number };

/** Counts a derivation, and refuses it above what production allows. Returns what is derived by. */
function take(algorithm: Algorithm): Algorithm {
  if (typeof algorithm === 'string' || algorithm.name.toUpperCase() !== 'PBKDF2') return algorithm;
  const { iterations = 0 } = algorithm;
  if (iterations > MOST_ITERATIONS) {
    throw new DOMException(
      `Pbkdf2 failed: iteration counts above ${MOST_ITERATIONS} are not supported (requested ${iterations}).`,
      'NotSupportedError',
    );
  }
  count += 1;
  return isReal ? algorithm : { ...algorithm, iterations: Math.min(iterations, 1) };
}
