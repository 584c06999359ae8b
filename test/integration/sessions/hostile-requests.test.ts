import { describe, expect, test } from 'vitest';
import { carla, olivia } from '../../support/cast.ts';
import { visit } from '../../support/visitor.ts';

describe('a hostile request', () => {
  const PATHS = [
    '/%',
    '/%00',
    '/%ff%fe',
    '/%E0%A4%A',
    '/..%2f..%2fetc/passwd',
    '/sign-in/link/%',
    '/sign-in/link/%00',
    `/sign-in/link/${'A'.repeat(43)}`,
    `/sign-in/link/${'é'.repeat(43)}`,
    `/sign-in/link/${'A'.repeat(64 * 1024)}`,
    `/sign-in?next=${'%2f'.repeat(20_000)}`,
    `/${'a'.repeat(64 * 1024)}`,
    `/?q=${'a'.repeat(64 * 1024)}`,
    '/sign-in?next=%00',
    '/sign-in?next=%',
    '/sign-in?next[]=x&next=y',
    '/w/%00',
    '/w/%ff/contacts',
    '/w/demo/contacts/%00',
    '/w/demo/contacts/%ff',
    '/w/demo/contacts/__proto__',
    '/w/constructor',
    '/w/demo/contacts?after=%00&access=x',
    '/w/demo/contacts?after=AAAA',
    `/w/demo/contacts?after=${btoa('{"nameKey":"\\ud800","id":"\\u0000"}')}`,
    `/w/demo/contacts?after=${btoa('{"nameKey":{},"id":[]}')}`,
    '/w/demo/contacts?q=%00',
    '/w/demo/contacts?q=%25_%5C%27%22',
    '/w/demo/activity?after=%E0',
    `/w/demo/activity?after=${btoa('{"at":1e400,"id":""}')}`,
    `/w/demo/activity?after=${btoa('{"at":-1.5,"id":"x"}')}`,
    '/dev/mail/%00',
    `/dev/mail/${'x'.repeat(2000)}`,
    '/@admin/w/demo',
    '/@portal',
    '//app.portal.localhost/w/demo',
  ];

  test.each(PATHS.map((path) => [path.slice(0, 60), path]))(
    'the path %s: below 500',
    async (_name, path) => {
      const visitors = [
        visit('demo'),
        visit('app'),
        visit('rival'),
        await visit('app').signInAs(olivia),
        await visit('demo').signInAs(carla),
      ];
      for (const visitor of visitors) {
        const { status } = await visitor.get(path);
        expect(status, visitor.origin).toBeGreaterThanOrEqual(200);
        expect(status, visitor.origin).toBeLessThan(500);
      }
    },
  );

  test.each(['a', 'bb', 'carla', 'x'.repeat(48), 'x'.repeat(49), 'x'.repeat(100), 'é'.repeat(100)])(
    'a search of any length: 200: %s',
    async (q) => {
      const owner = await visit('app').signInAs(olivia);
      const response = await owner.get(`/w/demo/contacts?${new URLSearchParams({ q })}`);
      expect(response.status).toBe(200);
    },
  );

  test.each<[string, Record<string, string>]>([
    [
      'cookies of junk',
      { cookie: '=;;; =x; __Host-session; __Host-session=; __Host-asking=%; a=b' },
    ],
    ['the same cookie twice', { cookie: '__Host-session=a; __Host-session=b' }],
    ['16 KB of cookies', { cookie: `__Host-session=${'a.'.repeat(8000)}` }],
    ['a flash of junk', { cookie: '__Host-flash=%3Cscript%3Ealert(1)%3C/script%3E%' }],
    ['a user agent of 16 KB', { 'user-agent': 'Mozilla/5.0 ('.repeat(1200) }],
    ['an accept of junk', { accept: ';;;,*/*;q=x' }],
    ['a range', { range: 'bytes=0-0,9-' }],
    ['an if-none-match', { 'if-none-match': '*' }],
    ['an upgrade', { upgrade: 'h2c' }],
    ['forwarding', { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }],
    ['overriding the method', { 'x-http-method-override': 'DELETE' }],
    ['overriding the URL', { 'x-original-url': '/w/demo', 'x-rewrite-url': '/w/demo' }],
  ])('%s: below 500', async (_what, headers) => {
    const owner = await visit('app').signInAs(olivia);
    for (const visitor of [visit('demo'), visit('app'), owner]) {
      for (const path of ['/', '/sign-in', '/w/demo']) {
        const { status } = await visitor.get(path, { headers });
        expect(status, path).toBeLessThan(500);
      }
    }
  });

  test.each(['OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('method %s: 405', async (method) => {
    for (const host of ['demo', 'app']) {
      for (const path of ['/', '/sign-in', '/sign-in/link/x']) {
        const visitor = visit(host);
        const response = await visitor.send(new Request(visitor.origin + path, { method }));
        expect([response.status, response.headers.get('allow')], path).toEqual([
          405,
          path === '/sign-in/link/x' ? 'GET, HEAD, POST' : 'GET, HEAD',
        ]);
      }
    }
  });
});
