import { env } from 'cloudflare:workers';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { deriveKeyring, type Keyring } from '../../../worker/crypto/keyring.ts';
import { sign } from '../../../worker/crypto/signed.ts';
import { days } from '../../../worker/values/duration.ts';
import { carla, olivia, rob } from '../../support/cast.ts';
import { NO_REQUEST } from '../../support/links.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import {
  allSessions,
  expectSignedOut,
  onlySession,
  SESSION,
  signInByCode,
} from '../../support/sessions.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

/** A browser at another host with a copy of this one's cookies. */
function copyAt(visitor: Visitor, host: string): Visitor {
  const copy = visit(host);
  for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
  return copy;
}

const ASKING = '__Host-asking';

type Good = { value: string; claims: Record<string, unknown>; keyring: Keyring };

describe('a session cookie', () => {
  test('its attributes: __Host-, HttpOnly, Secure, Lax, for this host only', async () => {
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

  test('under another name, planted by a sibling subdomain: ignored', async () => {
    const client = await visit('demo').signInAs(carla);
    const good = client.cookies.get(SESSION) ?? '';
    for (const name of ['session', '__Secure-session', '__host-session', ' session']) {
      const victim = visit('demo');
      victim.cookies.set(name, good);
      await expectSignedOut(victim, name);
    }
  });

  test('planted before the sign-in: replaced by a new one', async () => {
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

  test('after signing in again: a new id, and the old session of this browser ends', async () => {
    const client = await visit('demo').signInAs(carla);
    const elsewhere = await visit('demo').signInAs(carla);
    const before = copyOf(client);
    expect((await signInByCode(client, carla)).status).toBe(303);

    const all = await allSessions();
    expect(new Set(all.map(({ id }) => id)).size).toBe(3);
    expect(all.map(({ ended_by }) => ended_by)).toEqual(['sign-in', null, null]);
    await expectSignedOut(before);
    expect((await client.get('/')).status).toBe(200);
    expect((await elsewhere.get('/')).status, 'another browser stays').toBe(200);
  });
});

describe('a session cookie that is not valid here', () => {
  test('of another workspace or of the admin host: signed out', async () => {
    const client = await visit('demo').signInAs(carla);
    const rival = await visit('rival').signInAs(rob);
    const owner = await visit('app').signInAs(olivia);
    const before = await allSessions();
    await expectSignedOut(copyAt(client, 'rival'), 'demo at rival');
    await expectSignedOut(copyAt(rival, 'demo'), 'rival at demo');
    await expectSignedOut(copyAt(client, 'app'), 'client on the admin host');
    await expectSignedOut(copyAt(owner, 'demo'), 'owner on their own portal');
    expect((await copyAt(client, 'app').get('/w/demo')).status).toBe(303);
    // nor does signing out elsewhere end it
    await copyAt(client, 'rival').post('/sign-out');
    expect(await allSessions()).toEqual(before);
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
  ])('%s: signed out, and no error', async (_what, make) => {
    const good = await goodCookie();
    const visitor = visit('demo');
    visitor.cookies.set(SESSION, good.value);
    expect((await visitor.get('/')).status, 'good before it is changed').toBe(200);
    visitor.cookies.set(SESSION, await make(good));
    await expectSignedOut(visitor);
    expect((await visitor.post('/sign-out')).status).toBe(303);
    expect(await onlySession()).toMatchObject({ ended_at: null });
  });

  test('signed by us for another subject: signed out', async () => {
    const { claims, keyring } = await goodCookie();
    const visitor = visit('demo');
    visitor.cookies.set(SESSION, await sign(keyring, 'session', { ...claims, sub: 'x' }));
    await expectSignedOut(visitor);
  });

  test('a request cookie as session, a session cookie as request: refused', async () => {
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
    expect(check.status).toBe(200);
    expect(await check.text()).toContain(NO_REQUEST);
    const code = await impostor.post('/sign-in/code', { code: codeIn(mail) });
    expect([code.status, code.headers.get('location')]).toEqual([303, '/sign-in/check-email']);
  });

  test('SESSION_SECRET: rotation signs nobody out; removal of a secret does', async () => {
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

  test('a code that was mailed before SESSION_SECRET is rotated: still works', async () => {
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

/** A cookie that is good at demo, what it claims, and the keys it was signed with. */
async function goodCookie(): Promise<Good> {
  const client = await visit('demo').signInAs(carla);
  const value = client.cookies.get(SESSION) ?? '';
  const claims = JSON.parse(
    atob((value.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')),
  );
  return { value, claims, keyring: await deriveKeyring([env.SESSION_SECRET]) };
}
