import { expect, test } from 'vitest';
import { safeReturnTo } from '../../worker/http/return-to.ts';

test.each([
  '/',
  '/w/demo',
  '/w/demo/contacts?q=carla&access=on',
  '/w/demo/contacts?q=%2F%2Fevil.example',
  '/account/password',
  '/sign-in-help',
  '/account/confirmations',
  '/a//b',
  '/?next=https://evil.example',
  // an encoded slash stays encoded: a path of this host
  '/%2f%2fevil.example',
  '/%5Cevil.example',
])('%s: unchanged', (next) => {
  expect(safeReturnTo(next)).toBe(next);
});

test.each([
  ['/w/demo#part', '/w/demo'],
  ['/a/../b', '/b'],
  ['/ü', '/%C3%BC'],
  // the parser's base is a name that nobody has, so what remains is a path of this host
  ['//portal.invalid/w', '/w'],
])('%s: becomes %s', (next, path) => {
  expect(safeReturnTo(next)).toBe(path);
});

test.each([
  ['undefined', undefined],
  ['null', null],
  ['empty', ''],
  ['another host', 'https://evil.example/'],
  ['another host without scheme', '//evil.example'],
  ['three slashes', '///evil.example'],
  ['a backslash', '/\\evil.example'],
  ['two backslashes', '\\\\evil.example'],
  ['a backslash further on', '/w\\..\\..\\evil'],
  ['a scheme without slashes', 'https:evil.example'],
  ['a dot that the parser drops', '/.//evil.example'],
  ['two dots that the parser drops', '/..//evil.example'],
  ['two dots after a path', '/x/..//evil.example'],
  ['encoded dots', '/%2e//evil.example'],
  ['encoded double dots', '/w/%2e%2e//evil.example'],
  ['a tab that the parser drops', '/\t/evil.example'],
  ['a line break that the parser drops', '/\n/evil.example'],
  ['CRLF', '/\r\nSet-Cookie: a=b'],
  ['a NUL', '/\u0000'],
  ['U+0085', '/\u0085/evil.example'],
  ['javascript', 'javascript:alert(1)'],
  ['data', 'data:text/html,<script>alert(1)</script>'],
  ['blob', 'blob:https://portal.invalid/x'],
  ['encoded from the start', '%2f%2fevil.example'],
  ['a space in front', ' //evil.example'],
  ['relative', 'w/demo'],
  ['relative upwards', '../w/demo'],
  ['a user', '@evil.example'],
  ['the parser’s own base', 'https://portal.invalid/w'],
  ['the sign-in page', '/sign-in'],
  ['the sign-in page by a detour', '/x/../sign-in?next=/sign-in'],
  ['a sign-in link', '/sign-in/link/abc'],
  ['signing out', '/sign-out'],
  ['the page to confirm the identity', '/account/confirmation?next=/account/confirmation'],
  ['too long', `/${'a'.repeat(500)}`],
])('%s: home', (_why, next) => {
  expect(safeReturnTo(next)).toBe('/');
});

test('any combination of dangerous parts: a path on this host', () => {
  const pieces = [
    '/',
    '\\',
    '//',
    '.',
    '..',
    '\t',
    '%2f',
    '%5c',
    '@',
    ':',
    'evil.example',
    '?',
    '#',
  ];
  for (const a of pieces) {
    for (const b of pieces) {
      for (const c of pieces) {
        const next = `/${a}${b}${c}`;
        const { origin } = new URL(safeReturnTo(next), 'https://demo.clientportal.example');
        expect(origin, JSON.stringify(next)).toBe('https://demo.clientportal.example');
      }
    }
  }
});
