import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { derivePeppers } from '../../../worker/crypto/pepper.ts';
import { hashPassword } from '../../../worker/passwords/password-hash.ts';
import { nobody, PASSPHRASE } from '../cast.ts';
import { rows } from '../database.ts';
import { typePassword, visit } from '../visitor.ts';

const CHANGED = 'a kettle full of borrowed thunder';
const WRONG = 'not what was chosen back then';

/** Everything that somebody with a password does, at sign-in and on the pages of the account. */
export async function walkAccount(bindings: Env, host: string, email: string): Promise<void> {
  const person = await visit(host, bindings).signInAs(email);
  const pages = ['password', 'password/removal', 'sessions', 'confirmation'];
  async function lookAround(): Promise<void> {
    for (const page of pages.map((name) => `/account/${name}`)) {
      expect((await person.get(page)).status, page).toBeLessThan(400);
    }
  }

  await person.get('/.well-known/change-password');
  await lookAround();
  await person.post('/account/password/removal');
  await expectAnswer(422, person.post('/account/password', { password: 'short' }));
  await expectAnswer(303, person.post('/account/password', { password: PASSPHRASE }));
  await lookAround();

  const other = visit(host, bindings);
  await expectAnswer(401, typePassword(other, nobody));
  await expectAnswer(401, typePassword(other, email, WRONG));
  await expectAnswer(303, typePassword(other, email));
  const change = { password: CHANGED, current_password: WRONG };
  await expectAnswer(422, other.post('/account/password', change));
  await expectAnswer(
    303,
    other.post('/account/password', { ...change, current_password: PASSPHRASE }),
  );
  expect((await person.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');

  await ageHashes(CHANGED);
  await expectAnswer(303, typePassword(visit(host, bindings), email, CHANGED));
  await expectAnswer(303, other.post('/account/sessions/revocation'));
  await expectAnswer(303, typePassword(visit(host, bindings), email, CHANGED));
  const [newest] = await rows('SELECT id FROM sessions ORDER BY created_at DESC, rowid DESC');
  await expectAnswer(303, other.post(`/account/sessions/${newest?.id}/revocation`));

  const stranger = visit(host, bindings);
  for (let tries = 0; tries < 5; tries++) {
    await expectAnswer(401, typePassword(stranger, email, WRONG));
  }
  await expectAnswer(429, typePassword(stranger, email, CHANGED));
  // a browser that has signed in before is not paused by strangers
  await expectAnswer(422, other.post('/account/password', change));
}

/** Expects a status of an answer. */
export async function expectAnswer(status: number, answer: Promise<Response>): Promise<void> {
  expect((await answer).status).toBe(status);
}

/** As if every password that is set had been set under a policy that has been raised since. */
async function ageHashes(password: string): Promise<void> {
  const peppers = await derivePeppers([env.PASSWORD_PEPPER]);
  const old = await hashPassword(peppers, password, { rounds: 1, iterations: 1000 });
  await env.DB.prepare('UPDATE passwords SET hash = ?').bind(old).run();
}
