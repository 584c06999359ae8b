import { env } from 'cloudflare:workers';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Work } from '../../../worker/crypto/pbkdf2.ts';
import { derivePeppers } from '../../../worker/crypto/pepper.ts';
import { connect } from '../../../worker/db/client.ts';
import type { PasswordId } from '../../../worker/db/ids.ts';
import { hashPassword, POLICY } from '../../../worker/passwords/password-hash.ts';
import { rehash } from '../../../worker/passwords/passwords.ts';
import { carla, olivia, oliviaId, PASSPHRASE } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { derivations, hashForReal } from '../../support/doubles/pbkdf2.ts';
import { errorAt } from '../../support/html.ts';
import { answerTo, typePassword, visit, withPassword } from '../../support/visitor.ts';

const OTHER = 'six yellow herons wade at dawn';
const OLD_PEPPER = 'an-older-pepper-for-tests-only-0123456789';

beforeEach(hashForReal);

/** Puts a hash in the place of the only one there is. */
async function store(hash: string): Promise<void> {
  await rows('UPDATE passwords SET hash = ?', hash);
}

/** The only password there is. */
async function stored(): Promise<{ id: string; hash: string; setAt: number }> {
  const [only, ...others] = await rows('SELECT id, hash, set_at FROM passwords');
  expect(others).toEqual([]);
  return { id: String(only?.id), hash: String(only?.hash), setAt: Number(only?.set_at) };
}

async function hashOf(pepper: string, work: Work): Promise<string> {
  return hashPassword(await derivePeppers([pepper]), PASSPHRASE, work);
}

test.each<[string, Work]>([
  ['1 x 100,000', { rounds: 1, iterations: 100_000 }],
  ['6 x 10,000', { rounds: 6, iterations: 10_000 }],
])('a hash of an older policy, %s: signs in, and is replaced', async (_what, work) => {
  await withPassword('demo', carla);
  const { id, setAt } = await stored();
  const old = await hashOf(env.PASSWORD_PEPPER, work);
  await store(old);

  expect((await typePassword(visit('demo'), carla, OTHER)).status).toBe(401);
  expect((await stored()).hash, 'a wrong password replaces nothing').toBe(old);
  expect((await typePassword(visit('demo'), carla)).status).toBe(303);
  const renewed = await stored();
  expect(renewed).toEqual({ id, setAt, hash: expect.stringContaining('$i=100000,r=6,') });
  expect((await typePassword(visit('demo'), carla)).status).toBe(303);
  expect(await stored(), 'once').toEqual(renewed);
});

test('an outdated hash: replaced after the response', async () => {
  await withPassword('demo', carla);
  await store(await hashOf(env.PASSWORD_PEPPER, { rounds: 1, iterations: 100_000 }));
  const { origin } = visit('demo');
  const before = derivations();
  const { response, settled } = await answerTo(
    new Request(`${origin}/sign-in/password`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams({ email: carla, password: PASSPHRASE }),
    }),
  );
  expect(response.status).toBe(303);
  expect(derivations() - before).toBeLessThan(2 * POLICY.rounds);
  await settled();
  expect(derivations() - before).toBe(2 * POLICY.rounds);
});

test('a hash of an older pepper: signs in, and gets the current pepper', async () => {
  await withPassword('app', olivia);
  await store(await hashOf(OLD_PEPPER, POLICY));
  const rotated = { ...env, PASSWORD_PEPPER: `${env.PASSWORD_PEPPER},${OLD_PEPPER}` };
  expect((await typePassword(visit('app', rotated), olivia)).status).toBe(303);
  // the old entry can go now
  expect((await typePassword(visit('app'), olivia)).status).toBe(303);
  expect(await rows('SELECT member_id FROM passwords')).toEqual([{ member_id: oliviaId }]);
});

test('a hash that changes meanwhile: not overwritten', async () => {
  const client = await withPassword('demo', carla);
  const old = await stored();
  await client.post('/account/password', { password: OTHER });
  const changed = await stored();
  const db = connect(env.DB);
  await rehash(db, old.id as PasswordId, old.hash, 'of the old password');
  await rehash(db, changed.id as PasswordId, old.hash, 'of the old password');
  expect(await stored()).toEqual(changed);
});

test.each([
  ['another algorithm’s', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA'],
  ['truncated', '$pbkdf2-rounds-sha256$v=1$i=100000,r=6,k=afa2d99e$ABEiM0RVZneImaq7zN3u/w$bileSS'],
  [
    'of an absurd policy',
    `$pbkdf2-rounds-sha256$v=1$i=9999999,r=999,k=afa2d99e$${'A'.repeat(22)}$${'A'.repeat(43)}`,
  ],
  ['empty', ''],
])('an unreadable hash, %s: a wrong password and one line in the log', async (_what, hash) => {
  await withPassword('demo', carla);
  await store(hash);
  expectConsoleError(/"password not readable".*"error":"contact"/);
  const log = vi.spyOn(console, 'error');
  const before = derivations();
  const refused = await typePassword(visit('demo'), carla);
  expect([refused.status, derivations() - before]).toEqual([401, POLICY.rounds]);
  expect(await refused.text()).toContain('This email address and password do not match.');
  expect(log).toHaveBeenCalledTimes(1);
  expect(String(log.mock.calls[0])).not.toMatch(/client@demo|pbkdf2|argon2|five purple/);

  // nobody is locked out: the link works, and a new password needs no current one
  const client = await visit('demo').signInAs(carla);
  const set = await client.post('/account/password', { password: OTHER });
  expect([set.status, set.headers.get('location')]).toEqual([303, '/account/sessions']);
  expect((await typePassword(visit('demo'), carla, OTHER)).status).toBe(303);
});

test('the pepper is lost: every password is refused, and every link works', async () => {
  await withPassword('demo', carla);
  const lost = { ...env, PASSWORD_PEPPER: 'x'.repeat(32) };
  expectConsoleError(/"password not readable"/);
  expect((await typePassword(visit('demo', lost), carla)).status).toBe(401);
  const client = await visit('demo', lost).signInAs(carla);
  expect((await client.post('/account/password', { password: OTHER })).status).toBe(303);
  expect((await typePassword(visit('demo', lost), carla, OTHER)).status).toBe(303);
});

test('a current password with an unreadable hash: 422, as a wrong one', async () => {
  const client = await withPassword('demo', carla);
  await store('junk');
  moveClock(11 * 60_000);
  expectConsoleError(/"password not readable"/);
  const fields = { password: OTHER, current_password: PASSPHRASE };
  const refused = await client.post('/account/password', fields);
  expect(refused.status).toBe(422);
  expect(errorAt('current_password', await refused.text())).toBe(
    'That isn’t your current password.',
  );
  expect((await stored()).hash).toBe('junk');
});
