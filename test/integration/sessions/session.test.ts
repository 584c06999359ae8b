import { env } from 'cloudflare:workers';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { deriveKeyring, type Keyring } from '../../../worker/crypto/keyring.ts';
import { sign } from '../../../worker/crypto/signed.ts';
import { days, hours, minutes } from '../../../worker/values/duration.ts';
import { type Watch, watchBindings } from '../../support/bindings.ts';
import {
  carla,
  carlaAtDemo,
  demoId,
  nobody,
  olivia,
  PASSPHRASE,
  rita,
  rob,
} from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const SESSION = '__Host-session';
const ASKING = '__Host-asking';
const SIGN_IN = '/sign-in?next=%2F';

type SessionRow = {
  id: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  ended_at: number | null;
  ended_by: string | null;
};

function sessions(): Promise<Record<string, unknown>[]> {
  return rows('SELECT * FROM sessions ORDER BY created_at, rowid');
}

async function onlySession(): Promise<SessionRow> {
  const found = await env.DB.prepare('SELECT * FROM sessions').all<SessionRow>();
  const [only, ...others] = found.results;
  if (only === undefined || others.length > 0) throw new Error(`${found.results.length} sessions`);
  return only;
}

/** A second browser that somehow holds a copy of the first one's cookies. */
function copyOf(visitor: Visitor, host = new URL(visitor.origin).host): Visitor {
  const copy = visit(host);
  for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
  return copy;
}

async function expectSignedOut(visitor: Visitor, what = 'signed out'): Promise<void> {
  const response = await visitor.get('/');
  expect([response.status, response.headers.get('location')], what).toEqual([303, SIGN_IN]);
}

/** Signs in where a link would lead straight in: by the code of a new mail. */
async function signInByCode(visitor: Visitor, email: string): Promise<Response> {
  return visitor.post('/sign-in/code', { code: codeIn(await visitor.ask(email)) });
}

async function switchAccess(to: 'on' | 'off', contact = carlaAtDemo): Promise<void> {
  const owner = await visit('app').signInAs(olivia);
  const path = `/w/demo/contacts/${contact}/portal-access`;
  expect((await owner.post(path, { enabled: to })).status).toBe(303);
}

describe('the cookie', () => {
  test('is __Host-, HttpOnly, Secure, Lax, for the whole host and no other', async () => {
    const client = visit('demo');
    const opened = await client.get(linkIn(await client.ask(carla)));
    const [line = ''] = opened.headers.getSetCookie().filter((each) => each.startsWith(SESSION));
    const [, ...flags] = line.split('; ');
    expect(flags.toSorted()).toEqual([
      'HttpOnly',
      `Max-Age=${days(180) / 1000}`,
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ]);
    expect(opened.headers.get('cache-control')).toBe('no-store');
  });

  test('planted under a plain or another name by a sibling subdomain is ignored', async () => {
    const client = await visit('demo').signInAs(carla);
    const good = client.cookies.get(SESSION) ?? '';
    for (const name of ['session', '__Secure-session', '__host-session', ' session']) {
      const victim = visit('demo');
      victim.cookies.set(name, good);
      await expectSignedOut(victim, name);
    }
  });

  test('of before signing in is never the cookie of after, and a planted one is replaced', async () => {
    const planted = await visit('demo').signInAs(carla);
    const value = planted.cookies.get(SESSION) ?? '';
    const victim = visit('demo');
    victim.cookies.set(SESSION, value);
    expect((await signInByCode(victim, carla)).status).toBe(303);
    expect(victim.cookies.get(SESSION)).not.toBe(value);
    expect((await victim.get('/')).status).toBe(200);
    // the planted one ended when its browser signed in anew
    await expectSignedOut(planted);
  });

  test('signing in again: a new id, and the old session of this browser ends', async () => {
    const client = await visit('demo').signInAs(carla);
    const elsewhere = await visit('demo').signInAs(carla);
    const before = copyOf(client);
    expect((await signInByCode(client, carla)).status).toBe(303);

    const all = await sessions();
    expect(new Set(all.map(({ id }) => id)).size).toBe(3);
    expect(all.map(({ ended_by }) => ended_by)).toEqual(['sign-in', null, null]);
    await expectSignedOut(before);
    expect((await client.get('/')).status).toBe(200);
    expect((await elsewhere.get('/')).status, 'another browser stays').toBe(200);
  });
});

describe('signing out', () => {
  test('ends the session on the server: a copy of the cookie is worth nothing', async () => {
    const client = await visit('demo').signInAs(carla);
    const copy = copyOf(client);
    const out = await client.post('/sign-out');
    expect([out.status, out.headers.get('location')]).toEqual([303, '/sign-in']);
    expect(client.cookies.has(SESSION)).toBe(false);
    expect(await onlySession()).toMatchObject({ ended_by: 'sign-out' });
    await expectSignedOut(copy);
    expect((await copy.get('/sign-in')).status, 'the form, not a redirect').toBe(200);
  });

  test('while requests of the same browser are under way: none of them brings it back', async () => {
    const client = await visit('demo').signInAs(carla);
    const copies = Array.from({ length: 10 }, () => copyOf(client));
    moveClock(hours(2)); // so that each of them would touch the session
    await Promise.all([
      ...copies.slice(0, 5).map((copy) => copy.get('/')),
      client.post('/sign-out'),
      ...copies.slice(5).map((copy) => copy.get('/')),
    ]);
    expect(await onlySession()).toMatchObject({ ended_by: 'sign-out' });
    for (const copy of copies) await expectSignedOut(copy);
  });

  test('of a member works the same; without a cookie, or twice, it harms nothing', async () => {
    const owner = await visit('app').signInAs(olivia);
    const copy = copyOf(owner);
    await owner.post('/sign-out');
    expect((await copy.get('/w/demo')).headers.get('location')).toBe('/sign-in?next=%2Fw%2Fdemo');
    const ended = await onlySession();
    expect((await copy.post('/sign-out')).status).toBe(303);
    expect((await visit('app').post('/sign-out')).status).toBe(303);
    expect(await onlySession()).toEqual(ended);
  });
});

describe('sliding', () => {
  test('last seen is written at most once an hour, and moves the end on by 30 days', async () => {
    const client = await visit('demo').signInAs(carla);
    const started = await onlySession();
    expect(started.expires_at - started.created_at).toBe(days(30));

    moveClock(minutes(59));
    expect((await client.get('/')).status).toBe(200);
    expect(await onlySession(), 'within the hour').toEqual(started);

    moveClock(minutes(2));
    const now = Date.now();
    expect((await client.get('/')).status).toBe(200);
    const touched = await onlySession();
    expect(touched).toEqual({ ...started, last_seen_at: now, expires_at: now + days(30) });
    const [contact] = await rows('SELECT last_seen_at FROM contacts WHERE id = ?', carlaAtDemo);
    expect(contact).toEqual({ last_seen_at: now });
  });

  test('unused for 30 days it ends; a moment less and it lives', async () => {
    const client = await visit('demo').signInAs(carla);
    const { expires_at } = await onlySession();
    const copy = copyOf(client);
    moveClock(expires_at - 1 - Date.now());
    expect((await copy.get('/')).status).toBe(200);
    moveClock(days(30));
    await expectSignedOut(copy);
  });

  test('used every day it ends after 180 days all the same', async () => {
    const client = await visit('demo').signInAs(carla);
    const { created_at } = await onlySession();
    for (let day = 20; day < 180; day += 20) {
      moveClock(created_at + days(day) - Date.now());
      expect((await client.get('/')).status, `day ${day}`).toBe(200);
    }
    expect((await onlySession()).expires_at).toBe(created_at + days(180));
    moveClock(created_at + days(180) - 1000 - Date.now());
    expect((await client.get('/')).status).toBe(200);
    moveClock(1000);
    await expectSignedOut(client);
  });
});

describe('access off', () => {
  test('is a courteous 403 at the next request, naming workspace and contact; on again is a sign-in', async () => {
    const client = await visit('demo').signInAs(carla);
    await switchAccess('off');
    for (const _again of [1, 2]) {
      const refused = await client.get('/');
      const page = await refused.text();
      expect(refused.status).toBe(403);
      expect(page).toContain('Your access to Demo Studio is switched off');
      expect(page).toContain('mailto:hello@demo.test');
      expect(page).not.toContain('Acme Corp');
    }
    expect((await client.get('/sign-in')).status, 'no loop').toBe(200);
    await switchAccess('on');
    await expectSignedOut(client);
    const [session] = await rows('SELECT ended_by FROM sessions WHERE contact_id = ?', carlaAtDemo);
    expect(session).toEqual({ ended_by: 'access-off' });
    expect((await signInByCode(client, carla)).status).toBe(303);
    expect((await client.get('/')).status).toBe(200);
  });

  test('a session signed out before is not told anything', async () => {
    const client = await visit('demo').signInAs(carla);
    const copy = copyOf(client);
    await client.post('/sign-out');
    await switchAccess('off');
    await expectSignedOut(copy);
  });
});

describe('deleted', () => {
  test('contact: signed out at the next request, for ever', async () => {
    const client = await visit('demo').signInAs(carla);
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`);
    await expectSignedOut(client);
    expect(await rows('SELECT 1 FROM sessions WHERE contact_id IS NOT NULL')).toEqual([]);
    // the same person added again is somebody new
    await owner.post('/w/demo/contacts', { name: 'C', email: carla, portal_access: 'on' });
    await expectSignedOut(client);
  });

  test('member: signed out at the next request', async () => {
    const owner = await visit('app').signInAs(olivia);
    await env.DB.prepare('DELETE FROM members WHERE email = ?').bind(olivia).run();
    await expectSignedOut(owner);
  });

  test('membership: the desk is not there any more, the member still is', async () => {
    const owner = await visit('app').signInAs(olivia);
    await env.DB.prepare('DELETE FROM memberships WHERE workspace_id = ?').bind(demoId).run();
    expect((await owner.get('/w/demo')).status).toBe(404);
    expect((await owner.get('/')).headers.get('location')).toBe('/workspaces/new');
  });

  test('workspace: signed out, though an isolate may still remember its brand', async () => {
    // an isolate of its own, which remembers nothing from the moved clocks of other tests
    const client = await visit('demo', { ...env }).signInAs(carla);
    await env.DB.prepare('DELETE FROM workspaces WHERE id = ?').bind(demoId).run();
    await expectSignedOut(client);
    moveClock(minutes(2));
    const gone = await client.get('/');
    expect([gone.status, await gone.text()]).toEqual([404, 'Not found\n']);
  });
});

describe('a session cookie that is not good here', () => {
  test('of one tenant at the other, on the admin host, and the other way round', async () => {
    const client = await visit('demo').signInAs(carla);
    const rival = await visit('rival').signInAs(rob);
    const owner = await visit('app').signInAs(olivia);
    const before = await sessions();
    await expectSignedOut(copyOf(client, 'rival'), 'demo at rival');
    await expectSignedOut(copyOf(rival, 'demo'), 'rival at demo');
    await expectSignedOut(copyOf(client, 'app'), 'client on the admin host');
    await expectSignedOut(copyOf(owner, 'demo'), 'owner on their own portal');
    expect((await copyOf(client, 'app').get('/w/demo')).status).toBe(303);
    // nor does signing out elsewhere end it
    await copyOf(client, 'rival').post('/sign-out');
    expect(await sessions()).toEqual(before);
    for (const each of [client, rival]) expect((await each.get('/')).status).toBe(200);
  });

  test.each<[string, (good: Good) => Promise<string> | string]>([
    ['alg none', ({ claims }) => new UnsecuredJWT(claims).encode()],
    [
      'another key',
      async ({ claims }) =>
        sign(await deriveKeyring(['another'.padEnd(32, '-')]), 'session', claims),
    ],
    [
      'another key under our kid',
      async ({ claims, keyring: { current } }) => {
        const other = await deriveKeyring(['another'.padEnd(32, '-')]);
        const header = { alg: 'HS256', typ: 'session', kid: current.kid };
        return new SignJWT(claims).setProtectedHeader(header).sign(other.current.session);
      },
    ],
    [
      'an unknown kid',
      ({ claims, keyring: { current } }) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'session', kid: 'nobody00' })
          .sign(current.session),
    ],
    [
      'another audience',
      ({ claims, keyring }) => sign(keyring, 'session', { ...claims, aud: 'admin' }),
    ],
    [
      'another issuer',
      ({ claims, keyring }) =>
        sign(keyring, 'session', { ...claims, iss: 'http://rival.portal.localhost' }),
    ],
    ['expired', ({ claims, keyring }) => sign(keyring, 'session', { ...claims, exp: 1 })],
    ['the other purpose', ({ claims, keyring }) => sign(keyring, 'request', claims)],
    ['another session', ({ claims, keyring }) => sign(keyring, 'session', { ...claims, sid: 'x' })],
    [
      'a session id of another kind',
      ({ claims, keyring }) => sign(keyring, 'session', { ...claims, sid: 7 }),
    ],
    ['truncated', ({ value }) => value.slice(0, -3)],
    ['without signature', ({ value }) => value.split('.').slice(0, 2).join('.')],
    ['8 KB of junk', () => 'A'.repeat(8192)],
    ['8 KB behind a good one', ({ value }) => value + 'A'.repeat(8192)],
    ['dots', () => '...'],
    ['a broken percent-encoding', () => '%E0%A4%A'],
    ['a NUL, encoded', () => '%00'],
    ['nothing', () => ''],
  ])('%s: signed out, not a fault', async (_what, make) => {
    const good = await goodCookie();
    const visitor = visit('demo');
    visitor.cookies.set(SESSION, good.value);
    expect((await visitor.get('/')).status, 'good before it is changed').toBe(200);
    visitor.cookies.set(SESSION, await make(good));
    await expectSignedOut(visitor);
    expect((await visitor.post('/sign-out')).status).toBe(303);
    expect(await onlySession()).toMatchObject({ ended_at: null });
  });

  test('of our own making for another subject: signed out', async () => {
    const { claims, keyring } = await goodCookie();
    const visitor = visit('demo');
    visitor.cookies.set(SESSION, await sign(keyring, 'session', { ...claims, sub: 'x' }));
    await expectSignedOut(visitor);
  });

  test('the asking cookie presented as session, and the session as asking', async () => {
    const client = visit('demo');
    const mail = await client.ask(carla);
    const asking = client.cookies.get(ASKING) ?? '';
    const impostor = visit('demo');
    impostor.cookies.set(SESSION, asking);
    await expectSignedOut(impostor);

    await client.get(linkIn(mail));
    const session = client.cookies.get(SESSION) ?? '';
    impostor.cookies.clear();
    impostor.cookies.set(ASKING, session);
    const check = await impostor.get('/sign-in/check-email');
    expect([check.status, check.headers.get('location')]).toEqual([303, '/sign-in']);
    const code = await impostor.post('/sign-in/code', { code: codeIn(mail) });
    expect([code.status, code.headers.get('location')]).toEqual([303, '/sign-in']);
  });

  test('rotating SESSION_SECRET signs nobody out; dropping a secret does', async () => {
    const [old, fresh] = [env.SESSION_SECRET, 'fresh'.padEnd(40, '-')];
    const client = await visit('demo').signInAs(carla);
    const at = (secrets: string) => {
      const visitor = visit('demo', { ...env, SESSION_SECRET: secrets });
      visitor.cookies.set(SESSION, client.cookies.get(SESSION) ?? '');
      return visitor.get('/');
    };
    expect((await at(`${fresh},${old}`)).status).toBe(200);
    expect((await at(fresh)).status).toBe(303);
    const newer = await visit('demo', { ...env, SESSION_SECRET: `${fresh},${old}` }).signInAs(
      carla,
    );
    client.cookies.set(SESSION, newer.cookies.get(SESSION) ?? '');
    expect((await at(fresh)).status, 'the first signs').toBe(200);
    expect((await at(old)).status).toBe(303);
  });

  test('a code under way survives the rotation of SESSION_SECRET', async () => {
    const asker = visit('demo');
    const code = codeIn(await asker.ask(carla));
    const rotated = visit('demo', {
      ...env,
      SESSION_SECRET: `${'n'.repeat(40)},${env.SESSION_SECRET}`,
    });
    rotated.cookies.set(ASKING, asker.cookies.get(ASKING) ?? '');
    expect((await rotated.post('/sign-in/code', { code })).headers.get('location')).toBe('/');
  });
});

type Good = { value: string; claims: Record<string, unknown>; keyring: Keyring };

/** A cookie that is good at demo, what it claims, and the keys it was signed with. */
async function goodCookie(): Promise<Good> {
  const client = await visit('demo').signInAs(carla);
  const value = client.cookies.get(SESSION) ?? '';
  const claims = JSON.parse(
    atob((value.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')),
  );
  return { value, claims, keyring: await deriveKeyring([env.SESSION_SECRET]) };
}

describe('junk is a 4xx or a redirect, never a fault', () => {
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

  test.each(PATHS.map((path) => [path.slice(0, 60), path]))('%s', async (_name, path) => {
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
  });

  test.each(['a', 'bb', 'carla', 'x'.repeat(48), 'x'.repeat(49), 'x'.repeat(100), 'é'.repeat(100)])(
    'a search of any length: %s',
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
  ])('headers: %s', async (_what, headers) => {
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

describe('a store that fails', () => {
  const LOGGED = /"what":"request failed".*D1_ERROR/;

  test('D1: 503, a clean page with a reference, and nobody is in; afterwards they are', async () => {
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

  test('D1 on a fresh isolate: 503 as well, and signing in is not half done', async () => {
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
    expect(await sessions()).toEqual([]);
    expect((await client.get(link)).status).toBe(303);
    expect(await sessions()).toHaveLength(1);
  });

  test('KV: signed-in pages go on, a link waits, asking looks as ever', async () => {
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

  test('healthz names which does not answer, on any host, and nothing else', async () => {
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

describe('the cost', () => {
  async function costOf(meter: Watch, request: () => Promise<Response>) {
    meter.reset();
    const { status } = await request();
    return { status, d1: meter.d1, kv: meter.kv };
  }

  test('a signed-in portal page is one round trip to D1 and none to KV', async () => {
    const meter = watchBindings();
    const client = await visit('demo', meter.bindings).signInAs(carla);
    meter.reset();
    expect((await client.get('/')).status).toBe(200);
    expect({ d1: meter.d1, kv: meter.kv }).toEqual({ d1: 1, kv: 0 });
  });

  test('the sign-in page is none at all once the workspace is remembered', async () => {
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

  test('a password is three round trips to judge, known address or not; right, one more to start and one after the answer', async () => {
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
    expect(await cost(carla, PASSPHRASE)).toEqual({ status: 429, d1: 2, kv: 0 });
  });

  // session and password, a member's workspaces too; to set one: counted, saved, and after the answer its
  // failures forgotten. The trip to KV is the notice, in the development mailbox.
  test.each([
    { host: 'demo', who: carla, page: 2, setting: 9 },
    { host: 'app', who: olivia, page: 3, setting: 10 },
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
    expect(await post(`${password}/removal`)).toEqual({ status: 303, d1: 8, kv: 1 });
  });

  test('the sign-in page comes whole in the first packets: at most 14,000 bytes, nothing to fetch', async () => {
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

test('the owner of one workspace is nobody at another', async () => {
  const owner = await visit('app').signInAs(rita);
  expect((await owner.get('/w/demo')).status).toBe(404);
  expect((await owner.get('/w/rival')).status).toBe(200);
});
