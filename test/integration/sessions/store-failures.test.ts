import { describe, expect, test, vi } from 'vitest';
import { watchBindings, wrapBindings } from '../../support/bindings.ts';
import { carla, demoId, olivia, PASSPHRASE } from '../../support/cast.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { pathOf } from '../../support/links.ts';
import { linkIn } from '../../support/mail.ts';
import { allSessions } from '../../support/sessions.ts';
import { typePassword, visit } from '../../support/visitor.ts';

describe('the log of a statement that fails', () => {
  test('says which statement and why, never its parameters', async () => {
    const bindings = wrapBindings(({ sql }, run) =>
      sql.some((text) => /from "contacts"/.test(text))
        ? Promise.reject(new Error('D1_ERROR: no such column: SQLITE_ERROR'))
        : run(),
    );
    expectConsoleError(/"what":"request failed"/);
    expectConsoleError(/"what":"mail"/);
    const logged = vi.spyOn(console, 'error');
    const browser = visit('demo', bindings);
    expect((await typePassword(browser, carla, PASSPHRASE)).status).toBe(503);
    expect((await browser.post('/sign-in/link', { email: carla })).status).toBe(303);
    const token = 'T'.repeat(43);
    await browser.get(`/sign-in/link/${token}`);

    const lines = logged.mock.calls.map(([line]) => String(line));
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toMatch(/from \\"contacts\\".*D1_ERROR: no such column/);
      for (const hidden of ['params', carla, 'client@', demoId, token]) {
        expect(line).not.toContain(hidden);
      }
    }
  });

  test('never the path of the request, which may hold the token of a link', async () => {
    const meter = watchBindings();
    const link = linkIn(await visit('demo').ask(carla));
    const browser = visit('demo', meter.bindings);
    await browser.get('/sign-in');
    meter.down.d1 = true;
    expectConsoleError(/"what":"request failed"/);
    const logged = vi.spyOn(console, 'error');
    expect((await browser.get(link)).status).toBe(503);
    const [[line] = []] = logged.mock.calls;
    expect(JSON.parse(String(line))).toMatchObject({
      method: 'GET',
      host: 'demo.portal.localhost',
    });
    expect(line).not.toContain(pathOf(link));
    expect(line).not.toContain(pathOf(link).slice('/sign-in/link/'.length));
  });
});

describe('a store that fails', () => {
  const LOGGED = /"what":"request failed".*D1_ERROR/;

  test('D1: 503 and a page with a reference; afterwards all are still signed in', async () => {
    const meter = watchBindings();
    const client = await visit('demo', meter.bindings).signInAs(carla);
    const owner = await visit('app', meter.bindings).signInAs(olivia);
    meter.down.d1 = true;
    expectConsoleError(LOGGED);
    for (const [visitor, path] of [
      [client, '/'],
      [owner, '/'],
      [owner, '/w/demo'],
    ] as const) {
      const response = await visitor.get(path, { headers: { 'cf-ray': '<b>ray</b>' } });
      const page = await response.text();
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('30');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(page).toContain('Back in a moment');
      expect(page).toContain('<code>&lt;b>ray&lt;/b></code>');
      expect(page).not.toMatch(/D1_ERROR|SELECT|Carla|Acme|Olivia|at async/);
    }
    const json = await owner.get('/w/demo', { headers: { accept: 'application/json' } });
    expect(await json.json()).toEqual({
      error: expect.stringContaining('try again'),
      reference: expect.any(String),
    });
    meter.down.d1 = false;
    expect((await client.get('/')).status).toBe(200);
    expect((await owner.get('/w/demo')).status).toBe(200);
  });

  test('D1 on a fresh isolate: 503, and no sign-in is half done', async () => {
    const meter = watchBindings();
    const client = visit('demo', meter.bindings);
    const link = linkIn(await client.ask(carla));
    const elsewhere = watchBindings();
    elsewhere.down.d1 = true;
    expectConsoleError(LOGGED);
    const fresh = visit('demo', elsewhere.bindings);
    expect((await fresh.get('/sign-in')).status).toBe(503);
    meter.down.d1 = true;
    const refused = await client.get(link);
    expect([refused.status, refused.headers.getSetCookie()]).toEqual([503, []]);
    meter.down.d1 = false;
    expect(await allSessions()).toEqual([]);
    expect((await client.get(link)).status).toBe(303);
    expect(await allSessions()).toHaveLength(1);
  });

  test('KV: signed-in pages work, a link is 503, a link request looks the same', async () => {
    const meter = watchBindings();
    const client = await visit('demo', meter.bindings).signInAs(carla);
    const asker = visit('demo', meter.bindings);
    const link = linkIn(await asker.ask(carla));
    meter.down.kv = true;
    expectConsoleError(/"what":"request failed".*KV GET failed/);
    expectConsoleError(/"what":"deliver a mail".*KV PUT failed/);
    expect((await client.get('/')).status).toBe(200);
    const opened = await asker.get(link);
    expect([opened.status, opened.headers.getSetCookie()]).toEqual([503, []]);
    expect(await opened.text()).toContain('Back in a moment');
    const asked = await visit('demo', meter.bindings).post('/sign-in/link', { email: carla });
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/sign-in/check-email']);
    meter.down.kv = false;
    expect((await asker.get(link)).status).toBe(303);
    expect((await asker.get('/')).status).toBe(200);
  });

  test('healthz: names the store that does not answer, on any host', async () => {
    const meter = watchBindings();
    for (const [d1, kv, status, words] of [
      [false, false, 200, 'ok\n'],
      [true, false, 503, 'not answering: D1\n'],
      [false, true, 503, 'not answering: KV\n'],
      [true, true, 503, 'not answering: D1, KV\n'],
    ] as const) {
      meter.down = { d1, kv };
      for (const host of ['app', 'demo', 'nothing-here', '203.0.113.9', 'other.example']) {
        const response = await visit(host, meter.bindings).get('/healthz');
        expect([response.status, await response.text()], host).toEqual([status, words]);
      }
    }
  });
});
