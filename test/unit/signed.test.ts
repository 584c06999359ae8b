import { base64url, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { deriveKeyring, type Keyring } from '../../worker/crypto/keyring.ts';
import { sign, verify } from '../../worker/crypto/signed.ts';

const NOW = Date.UTC(2026, 10, 22);
const SECONDS = NOW / 1000;
const CLAIMS = { iss: 'https://demo.example', aud: 'w1', sub: 'c1', sid: 's1', exp: SECONDS + 60 };
const EXPECTED = { issuer: CLAIMS.iss, audience: CLAIMS.aud, now: NOW };

const [old, fresh, foreign] = [secret('old'), secret('new'), secret('foreign')];

function secret(word: string): string {
  return word.padEnd(32, '-');
}

function keyring(...secrets: [string, ...string[]]): Promise<Keyring> {
  return deriveKeyring(secrets);
}

/** Signs claims as the Worker does, with a header or claims of the test's own. */
function forge(
  key: CryptoKey | Uint8Array,
  header: { alg?: string; typ?: string; kid?: string },
  claims: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT({ ...CLAIMS, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'session', ...header })
    .sign(key);
}

describe('verify', () => {
  test('a JWS that sign wrote: its claims', async () => {
    const keys = await keyring(old);
    const jws = await sign(keys, 'session', CLAIMS);
    expect(await verify(keys, 'session', jws, EXPECTED)).toEqual(CLAIMS);
    // control: each row of the table below changes one thing of this JWS
    const { kid } = keys.current;
    const same = await forge(keys.current.session, { kid });
    expect(await verify(keys, 'session', same, EXPECTED)).toEqual(CLAIMS);
  });

  test.each<[string, (keys: Keyring) => Promise<string> | string]>([
    ['alg none', () => new UnsecuredJWT(CLAIMS).encode()],
    [
      'alg none with our header',
      ({ current: { kid } }) =>
        `${encode({ alg: 'none', typ: 'session', kid })}.${encode(CLAIMS)}.`,
    ],
    [
      'our signature under alg none',
      async ({ current }) => {
        const [, payload, signature] = (await forge(current.session, { kid: current.kid })).split(
          '.',
        );
        return `${encode({ alg: 'none', kid: current.kid })}.${payload}.${signature}`;
      },
    ],
    [
      'another algorithm',
      async ({ current: { kid } }) =>
        forge(new TextEncoder().encode('k'.repeat(64)), { alg: 'HS512', kid }),
    ],
    [
      'another key under our kid',
      async ({ current: { kid } }) => forge((await keyring(foreign)).current.session, { kid }),
    ],
    [
      'the secret itself as key',
      ({ current: { kid } }) => forge(new TextEncoder().encode(old), { kid }),
    ],
    ['an unknown kid', ({ current }) => forge(current.session, { kid: 'nobody00' })],
    ['no kid', ({ current }) => forge(current.session, {})],
    ['the key of the other purpose', ({ current: { request, kid } }) => forge(request, { kid })],
    ['the other purpose', (keys) => sign(keys, 'request', CLAIMS)],
    [
      'the other purpose’s type',
      ({ current: { session, kid } }) => forge(session, { kid, typ: 'asking' }),
    ],
    [
      'another issuer',
      (keys) => sign(keys, 'session', { ...CLAIMS, iss: 'https://rival.example' }),
    ],
    ['another audience', (keys) => sign(keys, 'session', { ...CLAIMS, aud: 'w2' })],
    [
      'the audience of the admin host',
      (keys) => sign(keys, 'session', { ...CLAIMS, aud: 'admin' }),
    ],
    ['expired', (keys) => sign(keys, 'session', { ...CLAIMS, exp: SECONDS - 1 })],
    ['expires in this very second', (keys) => sign(keys, 'session', { ...CLAIMS, exp: SECONDS })],
    ['not valid yet', (keys) => sign(keys, 'session', { ...CLAIMS, nbf: SECONDS + 60 })],
    ['without exp', (keys) => sign(keys, 'session', { iss: CLAIMS.iss, aud: CLAIMS.aud })],
    ['exp is no number', ({ current: { session, kid } }) => forge(session, { kid }, { exp: 'x' })],
    ['truncated', async (keys) => (await sign(keys, 'session', CLAIMS)).slice(0, -1)],
    ['its last part missing', async (keys) => cut(await sign(keys, 'session', CLAIMS), 2)],
    ['its last two parts missing', async (keys) => cut(await sign(keys, 'session', CLAIMS), 1)],
    ['one part too many', async (keys) => `${await sign(keys, 'session', CLAIMS)}.x`],
    [
      'another payload under our signature',
      async (keys) => {
        const [header, , signature] = (await sign(keys, 'session', CLAIMS)).split('.');
        return `${header}.${encode({ ...CLAIMS, sub: 'c2' })}.${signature}`;
      },
    ],
    ['8 KB behind it', async (keys) => (await sign(keys, 'session', CLAIMS)) + 'A'.repeat(8192)],
    ['8 KB of claims', (keys) => sign(keys, 'session', { ...CLAIMS, more: 'A'.repeat(8192) })],
    ['8 KB of junk', () => 'A'.repeat(8192)],
    ['junk', () => 'not.a.jws'],
    ['dots', () => '..'],
    ['an empty text', () => ''],
    ['bytes', () => '\u0000\u00ff\u0001'],
  ])('%s: null, not an error', async (_what, make) => {
    const keys = await keyring(old);
    expect(await verify(keys, 'session', await make(keys), EXPECTED)).toBeNull();
  });
});

describe('a list of secrets', () => {
  test('rotation: the first signs, all verify, a removed one no longer does', async () => {
    const before = await keyring(old);
    const during = await keyring(fresh, old);
    const after = await keyring(fresh);
    const earlier = await sign(before, 'session', CLAIMS);
    const later = await sign(during, 'session', CLAIMS);

    expect(await verify(during, 'session', earlier, EXPECTED)).toEqual(CLAIMS);
    expect(await verify(during, 'session', later, EXPECTED)).toEqual(CLAIMS);
    expect(await verify(after, 'session', later, EXPECTED)).toEqual(CLAIMS);
    expect(await verify(after, 'session', earlier, EXPECTED)).toBeNull();
    expect(await verify(before, 'session', later, EXPECTED)).toBeNull();
  });

  test('kid: the same for a secret in every isolate, and no part of the secret', async () => {
    const [one, two] = [await keyring(old), await keyring(fresh, old)];
    expect(two.all.map(({ kid }) => kid)).toContain(one.current.kid);
    expect(two.current.kid).not.toBe(one.current.kid);
    expect(one.current.kid).toMatch(/^[\w-]{8}$/);
    expect(old).not.toContain(one.current.kid);
  });
});

function encode(part: unknown): string {
  return base64url.encode(JSON.stringify(part));
}

function cut(jws: string, parts: number): string {
  return jws.split('.').slice(0, parts).join('.');
}
