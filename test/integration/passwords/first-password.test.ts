import { describe, expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { PASSPHRASE } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, rows } from '../../support/database.ts';
import { linkIn } from '../../support/mail.ts';
import { BOTH } from '../../support/passwords.ts';
import { mailbox, visit, withPassword } from '../../support/visitor.ts';

const CONFIRMATION = '/account/confirmation?next=%2Faccount%2Fpassword';

// Attack: a person at an unlocked browser turns the session into a password of their own, which outlives it.
describe.each(BOTH)('a first password: $who whose sign-in is not recent', ({ host, email }) => {
  test('the form and the page: lead to signing in again, and nothing is saved', async () => {
    const client = await visit(host).signInAs(email);
    moveClock(minutes(10));
    const before = await dump();
    const mails = await mailbox();
    for (const answer of [
      await client.get('/account/password'),
      await client.post('/account/password', { password: PASSPHRASE }),
      await client.post('/account/password', {
        password: PASSPHRASE,
        current_password: PASSPHRASE,
      }),
      await client.post('/account/password', { password: 'short' }),
      await client.post('/account/password'),
    ]) {
      expect([answer.status, answer.headers.get('location')]).toEqual([303, CONFIRMATION]);
    }
    expect(await dump()).toEqual(before);
    expect(await mailbox()).toEqual(mails);
  });

  test('a script: 401', async () => {
    const client = await visit(host).signInAs(email);
    moveClock(minutes(10));
    const headers = { accept: 'application/json' };
    const answer = await client.post('/account/password', { password: PASSPHRASE }, { headers });
    expect([answer.status, await answer.json()]).toEqual([
      401,
      { error: 'Sign in once more first.' },
    ]);
  });

  test('after signing in again by the mailed link: the form, and the password is set', async () => {
    const client = await visit(host).signInAs(email);
    moveClock(minutes(10));
    const page = await (await client.get(CONFIRMATION)).text();
    expect(page).toContain('action="/sign-in/link"');
    const mail = await client.ask(email, '/account/password');
    const back = await client.get(linkIn(mail));
    expect([back.status, back.headers.get('location')]).toEqual([303, '/account/password']);
    expect((await client.get('/account/password')).status).toBe(200);
    const set = await client.post('/account/password', { password: PASSPHRASE });
    expect([set.status, set.headers.get('location')]).toEqual([303, '/account/sessions']);
    expect(await rows('SELECT count(*) AS passwords FROM passwords')).toEqual([{ passwords: 1 }]);
  });
});

test.each(BOTH)('a first password: right after a sign-in of $who it just works', async (person) => {
  const client = await visit(person.host).signInAs(person.email);
  moveClock(minutes(9));
  expect((await client.get('/account/password')).status).toBe(200);
  expect((await client.post('/account/password', { password: PASSPHRASE })).status).toBe(303);
});

test.each(BOTH)(
  'a password to change: an old sign-in of $who asks for it, as before',
  async (person) => {
    const client = await withPassword(person.host, person.email);
    moveClock(minutes(11));
    const page = await client.get('/account/password');
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('current_password'),
    ]);
  },
);
