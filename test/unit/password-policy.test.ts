import { describe, expect, test, vi } from 'vitest';
import { isCommon } from '../../worker/passwords/common.ts';
import list from '../../worker/passwords/common-passwords.txt';
import {
  findFault,
  guessableWords,
  lengthOf,
  PASSWORD_LEAST,
  PASSWORD_MOST,
} from '../../worker/passwords/policy.ts';

const CARLA = {
  names: ['Carla Client', 'Acme Corp', 'Demo Studio', 'demo'],
  email: 'carla.client@mail.acme-widgets.example',
};

describe('length', () => {
  test('the limits: 15 at least, 512 at most', () => {
    expect([PASSWORD_LEAST, PASSWORD_MOST]).toEqual([15, 512]);
  });

  test.each([
    ['letters', 'xq'],
    ['emoji, two UTF-16 units each', '🐟🦑'],
    ['Chinese', '鱼虾'],
  ])('counted in characters: 15 to 512 of %s', async (_what, pair) => {
    const of = (length: number) => repeat(pair, length);
    expect(await findFault(of(14), CARLA)).toEqual({ why: 'short', missing: 1 });
    expect(await findFault(of(15), CARLA)).toBeNull();
    expect(await findFault(of(512), CARLA)).toBeNull();
    expect(await findFault(of(513), CARLA)).toEqual({ why: 'long' });
  });

  test('a short password: the number of missing characters', async () => {
    expect(await findFault('', CARLA)).toEqual({ why: 'short', missing: 15 });
    expect(await findFault('short', CARLA)).toEqual({ why: 'short', missing: 10 });
  });

  test('a password that NFKC changes: the shorter of the two lengths', async () => {
    expect(lengthOf('e\u0301'.repeat(14))).toBe(14);
    expect(await findFault('e\u0301'.repeat(14), CARLA)).toEqual({ why: 'short', missing: 1 });
    // NFKC expands this character to eighteen, and a guesser needs only one
    expect(lengthOf('\ufdfa')).toBe(1);
    expect(await findFault('\ufdfa', CARLA)).toEqual({ why: 'short', missing: 14 });
  });

  test('thousands of combining marks: too long, before they are normalised', async () => {
    const junk = `a${'\u0301'.repeat(15_500)}${'\u0316'.repeat(15_500)}`;
    const normalize = vi.spyOn(String.prototype, 'normalize');
    expect(await findFault(junk, CARLA)).toEqual({ why: 'long' });
    expect(normalize).not.toHaveBeenCalled();
  });
});

describe('the list of common passwords', () => {
  const entries = list
    .slice(list.indexOf('\n\n') + 2)
    .trimEnd()
    .split('\n');

  test('its entries: over 3,000 (ASVS 6.2.4), each of 15 characters or more', () => {
    expect(new Set(entries).size).toBeGreaterThan(3000);
    expect(new Set(entries).size).toBe(entries.length);
    expect(entries.filter((entry) => lengthOf(entry) < PASSWORD_LEAST)).toEqual([]);
    expect(entries.filter((entry) => entry !== entry.normalize('NFKC').toLowerCase())).toEqual([]);
    expect(entries.filter((entry) => entry !== entry.trim() || entry === '')).toEqual([]);
  });

  test('an entry in any case and width: refused, the first and the last too', async () => {
    const [first = '', last = ''] = [entries[0], entries.at(-1)];
    for (const password of [
      first,
      last,
      '123456789123456789',
      'manchesterunited',
      'ManchesterUnited',
      'WORLDOFWARCRAFT',
      'ｑｗｅｒｔｙｕｉｏｐａｓｄｆｇ',
    ]) {
      expect(await findFault(password, CARLA), password).toEqual({ why: 'common' });
    }
  });

  test('a text that contains an entry, and the head of the file: not common', async () => {
    for (const password of ['manchesterunited ', 'my manchesterunited mug', ...head()]) {
      expect(await isCommon(password), password).toBe(false);
    }
  });

  function head(): string[] {
    return list.slice(0, list.indexOf('\n\n')).split('\n');
  }
});

describe('a password of guessable words', () => {
  test.each([
    ['the name, doubled', 'carlacarlacarla', 'carla'],
    ['the whole name', 'Carla Client 2026', 'client'],
    ['the name and digits', 'CarlaClient1234567', 'carlaclient'],
    ['the name between signs', '***** carla *****', 'carla'],
    ['the address itself', 'carla.client@mail.acme-widgets.example', 'widgets'],
    ['the domain', 'acme-widgets.com 26', 'widgets'],
    ['the company', 'Acme Corp Acme Corp', 'acme'],
    ['the workspace', 'Demo Studio 2026!', 'studio'],
    ['the workspace without its space', 'demostudio123456', 'demostudio'],
    ['words of a sign-in page', 'portalpassword1', 'password'],
    ['the product’s name', 'latchkey-latchkey', 'latchkey'],
    ['several of them', 'carla-acme-demo-login', 'carla'],
    ['with accents on', 'Çárlà Clîent 2026', 'client'],
    ['in full width', 'ＣＡＲＬＡ ＣＬＩＥＮＴ ２６', 'client'],
  ])('%s: refused, with the longest such word', async (_how, password, word) => {
    expect(await findFault(password, CARLA)).toEqual({ why: 'guessable', word });
  });

  test('an accented name, typed without accents: refused', async () => {
    const zoe = { names: ['Zoë Çelik-Öztürk'], email: 'z@x.example' };
    expect(await findFault('celik ozturk 12345', zoe)).toMatchObject({ why: 'guessable' });
    expect(await findFault('OZTURKOZTURKOZTURK', zoe)).toEqual({
      why: 'guessable',
      word: 'ozturk',
    });
  });

  test.each([
    'carla met five purple tunas',
    'the demo of seven otters',
    'a client walks into an orchard',
    'acme anvils fall on coyotes',
    'password of the seven otters',
    'five purple tunas sing at noon',
  ])('enough other words: accepted: %s', async (password) => {
    expect(await findFault(password, CARLA)).toBeNull();
  });

  test('a name of three letters: ignored', async () => {
    const jim = { names: ['Jim Lee'], email: 'jim@lee.example' };
    expect(guessableWords(jim)).not.toContain('jim');
    expect(await findFault('jim lee jim lee jim', jim)).toBeNull();
  });

  test('no name, or a name of signs only: nothing is guessable', async () => {
    for (const names of [[''], ['   '], ['...', '—'], ['[a-z]+(.*)']]) {
      expect(await findFault('five purple tunas', { names, email: 'x@y.example' })).toBeNull();
    }
  });
});

function repeat(pair: string, length: number): string {
  return Array.from(pair.repeat(length)).slice(0, length).join('');
}
