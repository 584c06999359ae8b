import { describe, expect, test } from 'vitest';
import { type Watch, watchBindings } from '../../support/bindings.ts';
import { carla, nobody, olivia, PASSPHRASE } from '../../support/cast.ts';
import { expectSignedOut, SESSION } from '../../support/sessions.ts';
import { typePassword, visit, withPassword } from '../../support/visitor.ts';

describe('the cost of a page', () => {
  async function costOf(meter: Watch, request: () => Promise<Response>) {
    meter.reset();
    const { status } = await request();
    return { status, d1: meter.d1, kv: meter.kv };
  }

  test('a signed-in portal page: one round trip to D1, none to KV', async () => {
    const meter = watchBindings();
    const client = await visit('demo', meter.bindings).signInAs(carla);
    meter.reset();
    expect((await client.get('/')).status).toBe(200);
    expect({ d1: meter.d1, kv: meter.kv }).toEqual({ d1: 1, kv: 0 });
  });

  test('the sign-in page: none at all once the workspace is cached', async () => {
    const meter = watchBindings();
    await visit('demo', meter.bindings).get('/sign-in');
    expect({ d1: meter.d1, kv: meter.kv }).toEqual({ d1: 1, kv: 0 });
    meter.reset();
    const visitor = visit('demo', meter.bindings);
    expect((await visitor.get('/sign-in')).status).toBe(200);
    visitor.cookies.set(SESSION, 'forged.forged.forged');
    expect((await visitor.get('/sign-in')).status).toBe(200);
    await expectSignedOut(visitor);
    expect({ d1: meter.d1, kv: meter.kv }).toEqual({ d1: 0, kv: 0 });
  });

  test('a password: three round trips, known address or not; two more if right', async () => {
    await withPassword('demo', carla);
    const meter = watchBindings();
    const visitor = visit('demo', meter.bindings);
    await visitor.get('/sign-in');
    const wrong = 'not what was chosen back then';
    const cost = (email: string, password: string) =>
      costOf(meter, () => typePassword(visitor, email, password));
    expect(await cost(nobody, PASSPHRASE)).toEqual({ status: 401, d1: 3, kv: 0 });
    expect(await cost(carla, wrong)).toEqual({ status: 401, d1: 3, kv: 0 });
    expect(await cost(carla, PASSPHRASE)).toEqual({ status: 303, d1: 5, kv: 0 });
    for (let tries = 0; tries < 5; tries++) await typePassword(visitor, carla, wrong);
    expect(await cost(carla, PASSPHRASE), 'known').toEqual({ status: 429, d1: 1, kv: 0 });
    visitor.cookies.clear();
    for (let tries = 0; tries < 5; tries++) await typePassword(visitor, carla, wrong);
    expect(await cost(carla, PASSPHRASE), 'a stranger').toEqual({ status: 429, d1: 2, kv: 0 });
  });

  // session and password, a member's workspaces too; to set one: counted, saved, and after the answer its
  // failures forgotten. The notice costs a trip to KV, the development mailbox, and one that asks how many mails are used.
  test.each([
    { host: 'demo', who: carla, page: 2, setting: 10 },
    { host: 'app', who: olivia, page: 3, setting: 11 },
  ])('the account pages of $host: $page round trips for the form', async (each) => {
    const meter = watchBindings();
    const visitor = await visit(each.host, meter.bindings).signInAs(each.who);
    const get = (path: string) => costOf(meter, () => visitor.get(path));
    const post = (path: string) =>
      costOf(meter, () => visitor.post(path, { password: PASSPHRASE }));
    const password = '/account/password';
    expect(await get(password)).toEqual({ status: 200, d1: each.page, kv: 0 });
    expect(await post(password)).toEqual({ status: 303, d1: each.setting, kv: 1 });
    expect(await get(password)).toEqual({ status: 200, d1: each.page, kv: 0 });
    expect(await get('/account/sessions')).toEqual({ status: 200, d1: 2, kv: 0 });
    expect(await post(`${password}/removal`)).toEqual({ status: 303, d1: 9, kv: 1 });
  });

  test('the sign-in page: at most 14,000 bytes, and nothing else to load', async () => {
    for (const [host, path] of [
      ['demo', '/sign-in'],
      ['demo', '/sign-in?method=password'],
      ['app', '/sign-in'],
      ['app', '/sign-in?method=password'],
    ] as const) {
      const page = await (await visit(host).get(path)).text();
      const zipped = new Response(page).body?.pipeThrough(new CompressionStream('gzip'));
      const { byteLength } = await new Response(zipped).arrayBuffer();
      expect(byteLength).toBeGreaterThan(500);
      expect(byteLength, `${host}${path}`).toBeLessThanOrEqual(14_000);
      expect(page).toContain('<style');
      expect(page).not.toMatch(/<link[^>]+stylesheet|<script[^>]+src=|@import|url\(/);
      expect(page).not.toMatch(/<(?:img|iframe|object|embed|video|audio)\b/);
    }
  });
});
