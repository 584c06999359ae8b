import { describe, expect, test } from 'vitest';
import { slugFrom } from '../../worker/workspaces/create.ts';
import { hostKind, isReserved, isSlug, SLUG_MAX } from '../../worker/workspaces/host.ts';

const ROOT = 'portal.localhost';
const longest = 'a'.repeat(SLUG_MAX);

describe('placeOf: leads to', () => {
  test.each([
    ['demo.portal.localhost', 'demo'],
    ['demo.portal.localhost:8787', 'demo'],
    ['DEMO.Portal.LOCALHOST', 'demo'],
    ['demo.portal.localhost.', 'demo'],
    ['demo.portal.localhost.:8787', 'demo'],
    ['carla-design.portal.localhost', 'carla-design'],
    ['42.portal.localhost', null],
    ['420.portal.localhost', '420'],
    [`${longest}.portal.localhost`, longest],
    ['app1.portal.localhost', 'app1'],
    ['my-app.portal.localhost', 'my-app'],
  ])('%s: the portal %s', (host, slug) => {
    const place = slug === null ? { kind: 'nothing' } : { kind: 'portal', slug };
    expect(hostKind(host, ROOT)).toEqual(place);
  });

  test.each([
    'app.portal.localhost',
    'APP.portal.localhost',
    'app.portal.localhost:8787',
    'app.portal.localhost.',
  ])('%s: the desk', (host) => {
    expect(hostKind(host, ROOT)).toEqual({ kind: 'admin' });
  });

  test.each([
    ['the apex', 'portal.localhost'],
    ['the apex with a dot', 'portal.localhost.'],
    ['the apex with a port', 'portal.localhost:8787'],
    ['an empty label', '.portal.localhost'],
    ['two levels', 'a.demo.portal.localhost'],
    ['two levels below the desk', 'demo.app.portal.localhost'],
    ['the desk below a portal', 'app.demo.portal.localhost'],
    ['the root twice', 'portal.localhost.portal.localhost'],
    ['two dots', 'demo..portal.localhost'],
    ['too short', 'ab.portal.localhost'],
    ['too long', `${longest}a.portal.localhost`],
    ['a leading hyphen', '-demo.portal.localhost'],
    ['a trailing hyphen', 'demo-.portal.localhost'],
    ['an underscore', 'de_mo.portal.localhost'],
    ['an encoded slash', 'demo%2f.portal.localhost'],
    ['a line break', 'demo\n.portal.localhost'],
    ['punycode', 'xn--dem-0na.portal.localhost'],
    ['a hyphen in third and fourth place', 'ab--cd.portal.localhost'],
    ['a Cyrillic е', 'd\u0435mo.portal.localhost'],
    ['full-width letters', '\uff44\uff45\uff4d\uff4f.portal.localhost'],
    ['a zero-width space', 'de\u200bmo.portal.localhost'],
    ['reserved: www', 'www.portal.localhost'],
    ['reserved: admin', 'admin.portal.localhost'],
    ['reserved: api', 'API.portal.localhost'],
    ['reserved: mail', 'mail.portal.localhost'],
    ['reserved: login', 'login.portal.localhost'],
    ['reserved: mta-sts', 'mta-sts.portal.localhost'],
  ])('nothing: %s', (_why, host) => {
    expect(hostKind(host, ROOT)).toEqual({ kind: 'nothing' });
  });

  test.each([
    ['nobody', ''],
    ['the parent', 'localhost'],
    ['a look-alike of the root', 'evil-portal.localhost'],
    ['a look-alike without a dot', 'demoportal.localhost'],
    ['the root as a subdomain', 'portal.localhost.evil.example'],
    ['a portal as a subdomain', 'demo.portal.localhost.evil.example'],
    ['a sibling', 'demo.other.localhost'],
    ['a longer top', 'demo.portal.localhosts'],
    ['two trailing dots', 'demo.portal.localhost..'],
    ['an address', '127.0.0.1:8787'],
    ['an IPv6 address', '[::1]:8787'],
    ['a port that is none', 'demo.portal.localhost:80:90'],
    ['a user in front', 'evil.example#demo.portal.localhost/'],
  ])('foreign: %s', (_why, host) => {
    expect(hostKind(host, ROOT)).toEqual({ kind: 'foreign' });
  });

  test('the same place whichever port the setting carries', () => {
    const portal = { kind: 'portal', slug: 'demo' };
    expect(hostKind('demo.portal.localhost', 'portal.localhost:8787')).toEqual(portal);
    expect(hostKind('demo.portal.localhost:1', 'portal.localhost:8787')).toEqual(portal);
    // the dots of the root domain are dots, not "any character"
    expect(hostKind('demo.portalxlocalhost', ROOT)).toEqual({ kind: 'foreign' });
  });
});

describe('isSlug', () => {
  test.each(['abc', 'a1b', '123', 'a-b', 'demo', 'carla-design', 'a-b-c-d', longest])(
    'takes %s',
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
  ])('refuses %j', (text) => {
    expect(isSlug(text)).toBe(false);
  });

  test('reserved words are reserved, and nothing that only looks inherited is', () => {
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
  ])('%j -> %j', (text, slug) => {
    expect(slugFrom(text)).toBe(slug);
  });

  test('whatever comes of it is a slug, reserved, or nothing', () => {
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
