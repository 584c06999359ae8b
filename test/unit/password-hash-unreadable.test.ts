import { beforeAll, describe, expect, test, vi } from 'vitest';
import { derivePeppers, type Peppers } from '../../worker/crypto/pepper.ts';
import { hashPassword, POLICY, verifyPassword } from '../../worker/passwords/password-hash.ts';

const PASSWORD = 'five purple tunas sing at noon';

const PEPPER = 'a-pepper-for-tests-only-0123456789abcdef';

let older: Peppers;

beforeAll(async () => {
  older = await derivePeppers([PEPPER]);
});

describe('a text that is no hash of ours: unreadable, at the same cost', () => {
  const SALT = 'A'.repeat(22);
  const HASH = 'A'.repeat(43);
  const KEY = '00000000';

  function phc(parameters: string, algorithm = 'pbkdf2-rounds-sha256', version = 'v=1'): string {
    return `$${algorithm}$${version}$${parameters.replace('KEY', older.current.id)}$${SALT}$${HASH}`;
  }

  /** The verdict and the number of derivations for each text. The derivations are mocked. */
  async function verdictsOf(strings: string[]): Promise<Record<string, string>> {
    const derive = vi.spyOn(SubtleCrypto.prototype, 'deriveBits');
    derive.mockImplementation(async () => new ArrayBuffer(32));
    const verdicts: Record<string, string> = {};
    for (const stored of strings) {
      derive.mockClear();
      const verdict = await verifyPassword(older, PASSWORD, stored);
      verdicts[stored] = `${verdict} ${derive.mock.calls.length}`;
    }
    return verdicts;
  }

  function all(strings: string[], verdict: string): Record<string, string> {
    return Object.fromEntries(strings.map((stored) => [stored, `${verdict} ${POLICY.rounds}`]));
  }

  test('control: readable hashes are right or outdated', async () => {
    const [today, before] = [phc('i=100000,r=6,k=KEY'), phc('i=100000,r=1,k=KEY')];
    expect(await verdictsOf([today, before])).toEqual({
      ...all([today], 'right'),
      ...all([before], 'outdated'),
    });
  });

  test('parameters out of bounds: unreadable', async () => {
    const strings = [
      'i=0,r=6',
      'i=999,r=6',
      'i=100001,r=6',
      'i=600000,r=1',
      'i=9999999,r=6',
      'i=99999999999999999999,r=6',
      'i=100000,r=0',
      'i=100000,r=21',
      'i=100000,r=999',
      'i=100000,r=99999999999999999999',
      'i=-100000,r=6',
      'i=100000,r=-6',
      'i=1e5,r=6',
      'i=100000.5,r=6',
      'i=0x186a0,r=6',
      'i=,r=6',
      'i=100000,r=',
      'i=NaN,r=Infinity',
      'r=6,i=100000',
      'i=100000',
      'i=100000,r=6,r=7',
      'i= 100000,r=6',
    ].map((parameters) => phc(`${parameters},k=KEY`));
    expect(await verdictsOf(strings)).toEqual(all(strings, 'unreadable'));
  });

  test('another algorithm, version or pepper: unreadable', async () => {
    const good = 'i=100000,r=6,k=KEY';
    const strings = [
      phc(good, 'pbkdf2-sha256'),
      phc(good, 'pbkdf2-rounds-sha512'),
      phc(good, 'argon2id'),
      phc(good, 'PBKDF2-ROUNDS-SHA256'),
      phc(good, 'pbkdf2-rounds-sha256', 'v=2'),
      phc(good, 'pbkdf2-rounds-sha256', 'v=19'),
      phc(`i=100000,r=6,k=${KEY}`),
      phc('i=100000,r=6,k='),
      phc('i=100000,r=6,k=KEYKEY'),
      phc('i=100000,r=6'),
      '$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234',
      '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g',
    ];
    expect(await verdictsOf(strings)).toEqual(all(strings, 'unreadable'));
  });

  test('a salt or hash that is not base 64 of its length: unreadable', async () => {
    const good = phc('i=100000,r=6,k=KEY');
    const [head] = good.split(`$${SALT}`);
    const strings = [
      `${head}$${SALT}$${HASH}=`,
      `${head}$${SALT}==$${HASH}`,
      `${head}$${SALT.slice(1)}-$${HASH}`,
      `${head}$${SALT.slice(1)}_$${HASH}`,
      `${head}$${SALT.slice(1)} $${HASH}`,
      `${head}$${SALT.slice(1)}é$${HASH}`,
      `${head}$${SALT}A$${HASH}`,
      `${head}$${SALT}$${HASH}A`,
      `${head}$${SALT}$`,
      `${head}$$${HASH}`,
      `${head}$${SALT}`,
    ];
    expect(await verdictsOf(strings)).toEqual(all(strings, 'unreadable'));
  });

  test('empty, junk, and a good hash with other text around it: unreadable', async () => {
    const good = phc('i=100000,r=6,k=KEY');
    const strings = [
      '',
      '$',
      '$$$$$',
      ' ',
      'null',
      '{}',
      PASSWORD,
      '\0',
      '\u0000'.repeat(100),
      '𐀀'.repeat(50),
      'A'.repeat(100_000),
      '$'.repeat(100_000),
      ` ${good}`,
      `${good}\n`,
      `${good} `,
      `x${good}`,
      `${good}${good}`,
      good.toUpperCase(),
    ];
    expect(await verdictsOf(strings)).toEqual(all(strings, 'unreadable'));
  });

  test('a good hash, truncated at any length: unreadable', async () => {
    const good = await hashPassword(older, PASSWORD);
    const strings = Array.from({ length: good.length }, (_, length) => good.slice(0, length));
    expect(strings.length).toBeGreaterThan(100);
    expect(await verdictsOf(strings)).toEqual(all(strings, 'unreadable'));
  });
});
