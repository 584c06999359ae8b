import { describe, expect, test } from 'vitest';
import { isReserved, isSlug, SLUG_MAX, slugFrom } from '../../worker/values/slug.ts';

const longest = 'a'.repeat(SLUG_MAX);

describe('isSlug', () => {
  test.each(['abc', 'a1b', '123', 'a-b', 'demo', 'carla-design', 'a-b-c-d', longest])(
    '%s: a slug',
    (text) => {
      expect(isSlug(text)).toBe(true);
    },
  );

  test.each([
    '',
    'a',
    'ab',
    `${longest}a`,
    'Demo',
    'demo ',
    ' demo',
    'demo\n',
    'de.mo',
    'de_mo',
    'demo/..',
    '-demo',
    'demo-',
    '---',
    'xn--demo',
    'ab--c',
    'abc--def',
    'dëmo',
    'dem\u043e',
    'app',
    'www',
    'admin',
    'api',
    'mail',
    'autodiscover',
    'wpad',
    'postmaster',
    'latchkey',
    'constructor\u0000',
  ])('%j: no slug', (text) => {
    expect(isSlug(text)).toBe(false);
  });

  test('isReserved: true for words of the list, false for names that objects inherit', () => {
    for (const word of ['app', 'www', 'admin', 'api', 'sign-in', 'localhost']) {
      expect(isReserved(word), word).toBe(true);
    }
    expect(isReserved('constructor')).toBe(false);
    expect(isReserved('')).toBe(false);
  });
});

describe('slugFrom', () => {
  test.each([
    ['Carla Design', 'carla-design'],
    ['Zoë & Söhne', 'zoe-sohne'],
    ['  Ünïcödé  ', 'unicode'],
    ['Carla’s', 'carlas'],
    ["O'Brien & Co.", 'obrien-co'],
    ['\uff23\uff41\uff52\uff4c\uff41', 'carla'],
    ['xn--demo', 'xn-demo'],
    ['../../etc', 'etc'],
    ['a.b.c', 'a-b-c'],
    ['AB', 'ab-studio'],
    ['7', '7-studio'],
    ['日本語', ''],
    ['🙂', ''],
    ['---', ''],
    ['', ''],
    ['x'.repeat(100), longest.replaceAll('a', 'x')],
  ])('slugFrom of %j: %j', (text, slug) => {
    expect(slugFrom(text)).toBe(slug);
  });

  test('slugFrom of any text: a slug, a reserved word, or empty', () => {
    const parts = ['a', '-', '--', 'É', ' ', '.', 'xn--', '☃', '9', 'app', 'x'.repeat(39)];
    for (const first of parts) {
      for (const second of parts) {
        for (const third of parts) {
          const slug = slugFrom(first + second + third);
          const fits = slug === '' || isSlug(slug) || isReserved(slug);
          expect(fits, `${first}${second}${third} -> ${slug}`).toBe(true);
        }
      }
    }
  });
});
