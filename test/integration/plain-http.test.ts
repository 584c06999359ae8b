import { describe, expect, test } from 'vitest';
import { type Watch, watchBindings } from '../support/bindings.ts';
import { carla } from '../support/cast.ts';
import { dump } from '../support/database.ts';
import { everybodySignedIn, posts } from '../support/routes.ts';
import { answerTo } from '../support/visitor.ts';

const ROOT = 'clientportal.example';
const PRODUCTION = { ROOT_DOMAIN: ROOT, MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: 'a' };

describe('plain http, where the deployment has https', () => {
  test.each(['GET', 'HEAD'])(
    '%s of any page: 308 to the same address over https',
    async (method) => {
      const watch = production();
      const pages = [
        'http://demo.clientportal.example/',
        'http://demo.clientportal.example/sign-in?next=%2Fa%3Fb%3D1&method=link',
        `http://demo.clientportal.example/sign-in/link/${'A'.repeat(43)}`,
        'http://app.clientportal.example/w/demo/contacts?q=%C3%A9%20b&after=x',
        'http://app.clientportal.example/sign-in/',
        'http://app.clientportal.example/webhooks/mailchannels',
        'http://app.clientportal.example/healthz',
        'http://clientportal.example/healthz',
        'http://nobody-here.clientportal.example//evil.example/%2f%2e?u=//evil.example',
      ];
      for (const page of pages) {
        const response = await ask(watch, page, { method });
        expect([response.status, response.headers.get('location')], page).toEqual([
          308,
          page.replace('http:', 'https:'),
        ]);
        expect(response.headers.getSetCookie(), page).toEqual([]);
      }
      expect(watch.calls).toEqual([]);
    },
  );

  test('the ports: the one of plain http is dropped, the one of ROOT_DOMAIN is used', async () => {
    const page = 'http://demo.clientportal.example:8080/sign-in?x=1';
    const plain = await ask(production(), page);
    expect(plain.headers.get('location')).toBe('https://demo.clientportal.example/sign-in?x=1');
    const port = await ask(production({ ROOT_DOMAIN: `${ROOT}:8443` }), page);
    expect(port.headers.get('location')).toBe('https://demo.clientportal.example:8443/sign-in?x=1');
  });

  test.each(['http://evil.example/', 'http://clientportal.example.evil.example/healthz'])(
    'a host that is not ours, as %s: no redirect',
    async (address) => {
      const watch = production();
      for (const method of ['GET', 'HEAD', 'POST']) {
        const response = await ask(watch, address, { method });
        expect([response.status, response.headers.get('location')]).toEqual([421, null]);
      }
      expect(watch.calls).toEqual([]);
    },
  );

  test('every form: 403 in plain words, no cookie, D1 and KV untouched', async () => {
    const watch = production();
    const visitors = await everybodySignedIn();
    const before = await dump();
    watch.reset();
    const forms = posts().map(({ host, path }) => ({ host, path, method: 'POST' }));
    const others = ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].map((method) => ({
      host: 'demo' as const,
      path: '/sign-in',
      method,
    }));
    const webhook = { host: 'app' as const, path: '/webhooks/mailchannels', method: 'POST' };
    for (const { host, path, method } of [...forms, ...others, webhook]) {
      const origin = `http://${host}.${ROOT}`;
      const cookie = [...visitors[host].cookies].map((pair) => pair.join('=')).join('; ');
      const headers = {
        origin,
        cookie,
        'x-forwarded-proto': 'https',
        'cf-visitor': '{"scheme":"https"}',
      };
      const response = await ask(watch, origin + path, { method, headers });
      expect(response.status, `${method} ${path}`).toBe(403);
      expect(await response.text()).toContain('Nothing was read and nothing was changed.');
      expect(response.headers.getSetCookie(), path).toEqual([]);
    }
    expect(watch.calls).toEqual([]);
    expect(await dump()).toEqual(before);
  });

  test('a body: refused unread', async () => {
    let read = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          read += 1;
          controller.enqueue(new TextEncoder().encode(`email=${carla}&`));
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const init = { method: 'POST', headers, body };
    const response = await ask(production(), `http://demo.${ROOT}/sign-in/link`, init);
    expect([response.status, read]).toEqual([403, 0]);
  });

  test.each<[string, Record<string, string>]>([
    ['X-Forwarded-Proto', { 'x-forwarded-proto': 'https' }],
    ['Forwarded', { forwarded: 'proto=https' }],
    ['CF-Visitor', { 'cf-visitor': '{"scheme":"https"}' }],
    ['Upgrade', { upgrade: 'websocket', connection: 'upgrade' }],
  ])('%s: does not turn it into https', async (_name, headers) => {
    const response = await ask(production(), `http://demo.${ROOT}/sign-in`, { headers });
    expect(response.status).toBe(308);
  });
});

test('https: pages are served, with HSTS', async () => {
  for (const address of [`https://demo.${ROOT}/sign-in`, `https://app.${ROOT}/healthz`]) {
    const response = await ask(production(), address);
    expect([response.status, response.headers.get('strict-transport-security')], address).toEqual([
      200,
      'max-age=31536000; includeSubDomains',
    ]);
  }
});

test('a root domain below .localhost: served over http, without HSTS', async () => {
  const response = await ask(watchBindings(), 'http://demo.portal.localhost/sign-in');
  expect([response.status, response.headers.get('strict-transport-security')]).toEqual([200, null]);
});

function production(more: Record<string, string> = {}): Watch {
  const watch = watchBindings();
  Object.assign(watch.bindings, PRODUCTION, more);
  return watch;
}

async function ask(watch: Watch, address: string, init: RequestInit = {}): Promise<Response> {
  const request = new Request(address, { ...init, redirect: 'manual' });
  return (await answerTo(request, watch.bindings)).response;
}
