import { describe, expect, test } from 'vitest';
import { carla } from '../support/cast.ts';
import { dumpButLooks } from '../support/database.ts';
import { linkIn } from '../support/mail.ts';
import {
  everybodySignedIn,
  expectNothingChanged,
  FIELDS,
  posts,
  type Route,
  request,
  routes,
  TAKES_A_FILE,
} from '../support/routes.ts';
import { visit } from '../support/visitor.ts';

describe('refused, and nothing changed:', () => {
  test.each<[string, (route: Route) => Record<string, string>]>([
    ['another site', () => ({ origin: 'https://evil.example' })],
    ['a sibling subdomain', () => ({ origin: 'http://rival.portal.localhost' })],
    ['the portal for the admin host, and the reverse', (route) => ({ origin: otherOrigin(route) })],
    ['the apex', () => ({ origin: 'http://portal.localhost' })],
    ['another scheme', ({ host }) => ({ origin: `https://${host}.portal.localhost` })],
    ['another port', ({ host }) => ({ origin: `http://${host}.portal.localhost:8080` })],
    ['a longer host', ({ host }) => ({ origin: `http://${host}.portal.localhost.evil.example` })],
    ['a sandbox', () => ({ origin: 'null' })],
    ['an empty origin', () => ({ origin: '' })],
    ['a sibling that hides its origin', () => ({ origin: 'null', 'sec-fetch-site': 'same-site' })],
    [
      'another site whose referrer and fetch metadata claim otherwise',
      ({ host }) => ({
        origin: 'https://evil.example',
        referer: `http://${host}.portal.localhost/`,
        'sec-fetch-site': 'same-origin',
      }),
    ],
  ])('a form from %s: 403, with cookies and all', async (_from, headers) => {
    const visitors = await everybodySignedIn();
    await expectNothingChanged(posts(), async (route) => {
      const response = await request(visitors[route.host], route, headers(route));
      expect(response.status, route.name).toBe(403);
      expect(response.headers.getSetCookie(), route.name).toEqual([]);
    });
  });

  test('a form without an origin: 403', async () => {
    const visitors = await everybodySignedIn();
    await expectNothingChanged(posts(), async ({ host, path, name }) => {
      const visitor = visitors[host];
      const body = new URLSearchParams(FIELDS);
      const response = await visitor.send(
        new Request(visitor.origin + path, { method: 'POST', body }),
      );
      expect(response.status, name).toBe(403);
    });
  });

  test.each<[string, () => { body: BodyInit; type: string | null }]>([
    ['JSON', () => ({ body: JSON.stringify(FIELDS), type: 'application/json' })],
    ['text/plain', () => ({ body: new URLSearchParams(FIELDS).toString(), type: 'text/plain' })],
    ['multipart', () => ({ body: multipart(), type: null })],
    ['a look-alike type', () => ({ body: 'a=b', type: 'application/x-www-form-urlencoded-not' })],
    [
      'a list of types',
      () => ({ body: 'a=b', type: 'text/plain, application/x-www-form-urlencoded' }),
    ],
    ['XML', () => ({ body: '<a/>', type: 'application/xml' })],
    ['no type', () => ({ body: new TextEncoder().encode('a=b'), type: '' })],
  ])('%s: 415', async (what, make) => {
    const visitors = await everybodySignedIn();
    const list = posts().filter(({ name }) => what !== 'multipart' || name !== TAKES_A_FILE);
    await expectNothingChanged(list, async ({ host, path, name }) => {
      const visitor = visitors[host];
      const { body, type } = make();
      const headers = new Headers({ origin: visitor.origin });
      if (type) headers.set('content-type', type);
      const response = await visitor.send(
        new Request(visitor.origin + path, { method: 'POST', headers, body }),
      );
      expect(response.status, name).toBe(415);
    });
  });

  test('a form of more than 64 KB: 413', async () => {
    const visitors = await everybodySignedIn();
    await expectNothingChanged(posts(), async ({ host, path, name }) => {
      const response = await visitors[host].post(path, { ...FIELDS, name: 'x'.repeat(65 * 1024) });
      expect(response.status, name).toBe(413);
    });
  });

  test('a method that an address doesn’t take: 405 with those it does', async () => {
    const visitors = await everybodySignedIn();
    const all = routes();
    await expectNothingChanged(all, async ({ host, path, name }) => {
      const taken = all
        .filter((other) => other.host === host && matches(other.name, path))
        .map(({ method }) => method);
      const allowed = taken.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (taken.includes(method)) continue;
        for (const visitor of [visitors[host], visit(host)]) {
          const headers = { origin: visitor.origin };
          const response = await visitor.send(
            new Request(visitor.origin + path, { method, headers }),
          );
          expect(response.status, `${method} ${name}`).toBe(405);
          const allow = response.headers.get('allow')?.split(', ') ?? [];
          expect(allow.toSorted(), name).toEqual([...new Set(allowed)].toSorted());
        }
      }
    });
  });

  test('HEAD of a link: 200, and nothing changed', async () => {
    const asker = visit('demo');
    const link = linkIn(await asker.ask(carla));
    const before = await dumpButLooks();
    const response = await asker.get(link, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await dumpButLooks()).toEqual(before);
  });
});

function otherOrigin({ host }: Route): string {
  return `http://${host === 'demo' ? 'app' : 'demo'}.portal.localhost`;
}

function multipart(): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(FIELDS)) form.set(name, value);
  return form;
}

/** Whether a route's pattern takes a path, on the route's own host. */
function matches(name: string, path: string): boolean {
  const pattern = name.split(' ')[1]?.replace(/^\/@(?:portal|admin)/, '') || '/';
  const parts = pattern.split('/');
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, at) => part.startsWith(':') || part === given[at])
  );
}
