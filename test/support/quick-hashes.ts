import { vi } from 'vitest';
import { MOST_ITERATIONS } from '../../worker/crypto/pbkdf2.ts';

/**
 * Until the end of this test a derivation does one iteration in place of its 100,000: for tests that are about
 * something else than the work. Each is still counted, and still refused above what production allows.
 */
export function hashQuickly(): void {
  const { deriveBits } = SubtleCrypto.prototype;
  vi.spyOn(SubtleCrypto.prototype, 'deriveBits').mockImplementation(function (
    this: SubtleCrypto,
    algorithm,
    ...rest
  ) {
    return deriveBits.call(this, quick(algorithm), ...rest);
  });
}

type Pbkdf2 = { name: string; iterations?: number };

function quick(algorithm: string | Pbkdf2): string | Pbkdf2 {
  if (typeof algorithm === 'string') return algorithm;
  const { iterations = 0 } = algorithm;
  return iterations > MOST_ITERATIONS ? algorithm : { ...algorithm, iterations: 1 };
}
