/** What production allows in one call. Local workerd allows any number, so no test would notice. */
const MOST_ITERATIONS = 100_000;

let count = 0;
let isLimited = false;

/** PBKDF2 derivations since the test began: each is some 15 ms of CPU that somebody made us spend. */
export function derivations(): number {
  return count;
}

/** For test/support/setup.ts, before each test. */
export function forgetDerivations(): void {
  count = 0;
}

/** For test/support/setup.ts: from here on, PBKDF2 is refused here as it is in production. */
export function limitPbkdf2(): void {
  // files share these modules, and each runs the setup
  if (isLimited) return;
  isLimited = true;
  const { deriveBits, deriveKey } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.deriveBits = async function (algorithm, ...rest) {
    countOrRefuse(algorithm);
    return deriveBits.call(this, algorithm, ...rest);
  };
  SubtleCrypto.prototype.deriveKey = async function (algorithm, ...rest) {
    countOrRefuse(algorithm);
    return deriveKey.call(this, algorithm, ...rest);
  };
}

function countOrRefuse(algorithm: string | { name: string; iterations?: number }): void {
  const { name, iterations = 0 } = typeof algorithm === 'string' ? { name: algorithm } : algorithm;
  if (name.toUpperCase() !== 'PBKDF2') return;
  if (iterations > MOST_ITERATIONS) {
    throw new DOMException(
      `Pbkdf2 failed: iteration counts above ${MOST_ITERATIONS} are not supported (requested ${iterations}).`,
      'NotSupportedError',
    );
  }
  count += 1;
}
