import { beforeEach, describe, expect, test } from 'vitest';
import { derivations, hashForReal } from '../support/doubles/pbkdf2.ts';

const encoder = new TextEncoder();
const HMAC = { name: 'HMAC', hash: 'SHA-256', length: 256 };

function pbkdf2(salt: string, iterations: number) {
  return { name: 'PBKDF2', hash: 'SHA-256', salt: encoder.encode(salt), iterations };
}

async function bits(password: string, salt: string, iterations: number): Promise<string> {
  const secret = encoder.encode(password);
  const key = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
  const derived = await crypto.subtle.deriveBits(pbkdf2(salt, iterations), key, 512);
  return Array.from(new Uint8Array(derived), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function key(iterations: number): Promise<CryptoKey> {
  const secret = encoder.encode('Password');
  const base = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(pbkdf2('NaCl', iterations), base, HMAC, false, ['sign']);
}

// The tests' limit stands in for production's, so it needs tests itself.
describe('PBKDF2 under the limit of production', () => {
  beforeEach(hashForReal);

  test('100,001 iterations: NotSupportedError, from deriveBits and from deriveKey', async () => {
    await expect(bits('Password', 'NaCl', 100_001)).rejects.toHaveProperty(
      'name',
      'NotSupportedError',
    );
    await expect(key(100_001)).rejects.toHaveProperty('name', 'NotSupportedError');
    expect(derivations()).toBe(0);
  });

  test('100,000 iterations: done, and each derivation is counted', async () => {
    await bits('Password', 'NaCl', 100_000);
    expect(derivations()).toBe(1);
    await key(100_000);
    expect(derivations()).toBe(2);
  });

  test('test vectors of RFC 7914, section 11: the same values', async () => {
    expect(await bits('passwd', 'salt', 1)).toBe(
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
    );
    expect(await bits('Password', 'NaCl', 80_000)).toBe(
      '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d',
    );
  });

  test('HKDF: neither limited nor counted', async () => {
    const base = await crypto.subtle.importKey('raw', encoder.encode('x'), 'HKDF', false, [
      'deriveKey',
    ]);
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new Uint8Array() };
    await crypto.subtle.deriveKey(hkdf, base, HMAC, false, ['sign']);
    expect(derivations()).toBe(0);
  });
});
