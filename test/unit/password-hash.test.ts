import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MOST_ITERATIONS, type Work } from '../../worker/crypto/pbkdf2.ts';
import { derivePeppers, type Peppers } from '../../worker/crypto/pepper.ts';
import { hashPassword, POLICY, verifyPassword } from '../../worker/passwords/password-hash.ts';
import { derivations, hashForReal } from '../support/doubles/pbkdf2.ts';

const PASSWORD = 'five purple tunas sing at noon';
const OLD = 'an-older-pepper-for-tests-only-0123456789';
const NEW = 'a-newer-pepper-for-tests-only-0123456789';
const STORED =
  /^\$pbkdf2-rounds-sha256\$v=1\$i=100000,r=6,k=[0-9a-f]{8}\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

/** The hash of PASSWORD under OLD, made with node:crypto: HKDF, HMAC and six times pbkdf2Sync. */
const KNOWN =
  '$pbkdf2-rounds-sha256$v=1$i=100000,r=6,k=afa2d99e$ABEiM0RVZneImaq7zN3u/w$bileSSWYBJ4vOJH4nGZe+EI5GjGDH+qtIdxJrArsFT0';

/** Little work, for tests that do not measure it. */
const CHEAP: Work = { rounds: 1, iterations: 1000 };

let older: Peppers;
let newer: Peppers;
let rotated: Peppers;

beforeAll(async () => {
  older = await derivePeppers([OLD]);
  newer = await derivePeppers([NEW]);
  rotated = await derivePeppers([NEW, OLD]);
});

/** Whether one typed password verifies against the hash of another. */
async function opens(typed: string, hashed: string): Promise<boolean> {
  const verdict = await verifyPassword(older, typed, await hashPassword(older, hashed, CHEAP));
  return verdict === 'outdated' || verdict === 'right';
}

describe('a hash', () => {
  beforeEach(hashForReal);

  test('its text: a PHC string of the current policy, without password and pepper', async () => {
    const stored = await hashPassword(older, PASSWORD);
    expect(stored).toMatch(STORED);
    expect(stored).not.toContain(OLD);
    expect(derivations()).toBe(POLICY.rounds);
  });

  test('its work: at least OWASP’s 600,000 iterations, in calls that production accepts', () => {
    expect(POLICY.rounds * POLICY.iterations).toBeGreaterThanOrEqual(600_000);
    expect(POLICY.iterations).toBeLessThanOrEqual(MOST_ITERATIONS);
  });

  test('hashing the same password again: another salt and another hash', async () => {
    const hashes = await Promise.all([1, 2, 3].map(() => hashPassword(older, PASSWORD, CHEAP)));
    const parts = hashes.map((hash) => hash.split('$').slice(4));
    expect(new Set(parts.map(([salt]) => salt)).size).toBe(3);
    expect(new Set(parts.map(([, hash]) => hash)).size).toBe(3);
  });

  test('its password: right; another: wrong; both at the same cost', async () => {
    const stored = await hashPassword(older, PASSWORD);
    for (const [typed, verdict] of [
      [PASSWORD, 'right'],
      [`${PASSWORD}.`, 'wrong'],
      ['', 'wrong'],
    ] as const) {
      const before = derivations();
      expect(await verifyPassword(older, typed, stored)).toBe(verdict);
      expect(derivations() - before, verdict).toBe(POLICY.rounds);
    }
  });

  test('no hash at all: wrong, at the same cost', async () => {
    expect(await verifyPassword(older, PASSWORD, null)).toBe('wrong');
    expect(derivations()).toBe(POLICY.rounds);
  });

  test('a hash of another implementation of the same scheme: right', async () => {
    expect(await verifyPassword(older, PASSWORD, KNOWN)).toBe('right');
  });
});

describe('the typed password', () => {
  test.each([
    ['composed and decomposed', 'caf\u00e9 au lait, encore', 'cafe\u0301 au lait, encore'],
    ['full-width', 'five purple tunas', '\uff46\uff49\uff56\uff45 purple tunas'],
    ['with a ligature', 'five \ufb01ne fish a day', 'five fine fish a day'],
    ['with a no-break space', 'five\u00a0purple tunas', 'five purple tunas'],
  ])('%s: the same password', async (_how, hashed, typed) => {
    expect(hashed).not.toBe(typed);
    expect(await opens(typed, hashed)).toBe(true);
  });

  test.each([
    ['in another case', 'Five purple tunas sing at noon'],
    ['with a space before', ` ${PASSWORD}`],
    ['with a space behind', `${PASSWORD} `],
    ['with two spaces inside', PASSWORD.replace(' ', '  ')],
    ['with a NUL behind', `${PASSWORD}\0`],
    ['cut off at its end', PASSWORD.slice(0, -1)],
    ['with a Cyrillic letter that looks the same', PASSWORD.replace('a', '\u0430')],
  ])('%s: another password', async (_how, typed) => {
    expect(await opens(typed, PASSWORD)).toBe(false);
  });

  test('a difference behind a NUL: another password', async () => {
    const hashed = 'five purple\0tunas sing';
    expect(await opens(hashed, hashed)).toBe(true);
    expect(await opens('five purple\0another tail', hashed)).toBe(false);
    expect(await opens('five purple', hashed)).toBe(false);
  });

  test.each([
    ['letters', 'x'],
    ['emoji', '🐟'],
  ])('a difference in the 512th character, of %s: another password', async (_what, character) => {
    const long = character.repeat(511);
    expect(await opens(`${long}a`, `${long}a`)).toBe(true);
    expect(await opens(`${long}b`, `${long}a`)).toBe(false);
  });
});

describe('a pepper', () => {
  beforeEach(hashForReal);

  test('rotation: the older entry verifies as outdated, the newer one hashes', async () => {
    const stored = await hashPassword(older, PASSWORD);
    expect(await verifyPassword(rotated, PASSWORD, stored)).toBe('outdated');
    expect(await verifyPassword(rotated, 'not this one at all', stored)).toBe('wrong');
    const again = await hashPassword(rotated, PASSWORD);
    expect(await verifyPassword(rotated, PASSWORD, again)).toBe('right');
    expect(await verifyPassword(newer, PASSWORD, again), 'the old entry removed').toBe('right');
  });

  test('a removed pepper: unreadable, at the same cost', async () => {
    const stored = await hashPassword(older, PASSWORD, CHEAP);
    const before = derivations();
    expect(await verifyPassword(newer, PASSWORD, stored)).toBe('unreadable');
    expect(derivations() - before).toBe(POLICY.rounds);
  });

  test('a hash under the id of another pepper: wrong', async () => {
    const stored = await hashPassword(older, PASSWORD, CHEAP);
    const renamed = stored.replace(older.current.id, newer.current.id);
    expect(renamed).not.toBe(stored);
    expect(await verifyPassword(rotated, PASSWORD, renamed)).toBe('wrong');
  });
});

describe('a hash of another policy', () => {
  beforeEach(hashForReal);

  test.each<[string, Work]>([
    ['1 x 100,000', { rounds: 1, iterations: 100_000 }],
    ['5 x 100,000', { rounds: 5, iterations: 100_000 }],
  ])(
    '%s: outdated if right, wrong if wrong, at the cost of today’s policy',
    async (_what, work) => {
      const stored = await hashPassword(older, PASSWORD, work);
      expect(stored).toContain(`$i=${work.iterations},r=${work.rounds},`);
      for (const [typed, verdict] of [
        [PASSWORD, 'outdated'],
        ['not this one at all', 'wrong'],
      ] as const) {
        const before = derivations();
        expect(await verifyPassword(older, typed, stored)).toBe(verdict);
        expect(derivations() - before, verdict).toBe(POLICY.rounds);
      }
    },
  );

  test('fewer iterations in as many rounds: outdated', async () => {
    const stored = await hashPassword(older, PASSWORD, { rounds: 6, iterations: 10_000 });
    expect(await verifyPassword(older, PASSWORD, stored)).toBe('outdated');
  });

  test('more work than today’s policy: right, and stays', async () => {
    const stored = await hashPassword(older, PASSWORD, { rounds: 7, iterations: 100_000 });
    expect(await verifyPassword(older, PASSWORD, stored)).toBe('right');
  });
});
