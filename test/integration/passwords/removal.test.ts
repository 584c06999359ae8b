import { describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, olivia, PASSPHRASE } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, epochAndSessions, rows } from '../../support/database.ts';
import { inputAt } from '../../support/html.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { BOTH } from '../../support/passwords.ts';
import { copyOf, typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const REMOVAL = '/account/password/removal';
const PROVE_FIRST = '/account/confirmation?next=%2Faccount%2Fpassword%2Fremoval';

async function locationOf(
  response: Response | Promise<Response>,
): Promise<[number, string | null]> {
  const { status, headers } = await response;
  return [status, headers.get('location')];
}

describe.each(BOTH)('$who removes the password', ({ host, email, id }) => {
  test('just after a sign-in: removed; other devices are out, and links are void', async () => {
    const client = await withPassword(host, email);
    const other = visit(host);
    await typePassword(other, email);
    const asking = visit(host);
    const link = linkIn(await asking.ask(email));
    expect(await (await client.get(REMOVAL)).text()).toContain('Remove your password?');

    expect(await locationOf(client.post(REMOVAL))).toEqual([303, '/account/sessions']);
    expect(await (await client.get('/account/sessions')).text()).toContain(
      'Your password is removed. 1 other device was signed out. Links mailed before no longer work.',
    );
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
    expect((await other.get('/account/password')).status, 'the other device').toBe(303);
    expect((await asking.get(link)).status, 'the link of before').toBe(410);
    expect((await typePassword(visit(host), email)).status, 'the password').toBe(401);
    const again = await visit(host).signInAs(email);
    expect(await (await again.get('/account/password')).text()).toContain('Set a password');
    expect(
      await rows(
        "SELECT ? IN (contact_id, member_id) AS theirs FROM activity WHERE kind = 'password_removed'",
        id,
      ),
    ).toEqual([{ theirs: 1 }]);
  });

  test('ten minutes after a sign-in: a new proof is needed, and nothing is removed', async () => {
    moveClock(0);
    const client = await withPassword(host, email);
    moveClock(minutes(10) - seconds(1));
    expect((await client.get(REMOVAL)).status, 'a second before').toBe(200);
    moveClock(seconds(1));
    const before = await dump();
    expect(await locationOf(client.get(REMOVAL))).toEqual([303, PROVE_FIRST]);
    const headers = { referer: `${client.origin}${REMOVAL}` };
    expect(await locationOf(client.post(REMOVAL, {}, { headers }))).toEqual([303, PROVE_FIRST]);
    expect(await locationOf(client.post(REMOVAL))).toEqual([303, '/account/confirmation?next=%2F']);
    const json = { accept: 'application/json' };
    for (const answer of [
      await client.get(REMOVAL, { headers: json }),
      await client.post(REMOVAL, {}, { headers: json }),
    ]) {
      expect([answer.status, await answer.json()]).toEqual([
        401,
        { error: 'Sign in once more first.' },
      ]);
    }
    expect(await dump()).toEqual(before);

    const page = await (await client.get(PROVE_FIRST)).text();
    expect(page).toContain('<h1>Is it you?</h1>');
    expect(page).toContain('you signed in more than 10 minutes ago');
    expect(page).toContain(`name="next" value="${REMOVAL}"`);
    expect(page).toContain('action="/sign-in/password"');
    expect(inputAt('email', page)).toContain(`value="${email}"`);
  });

  test('a new proof by password: a new session, and back to the removal', async () => {
    const client = await withPassword(host, email);
    moveClock(minutes(11));
    const old = copyOf(client);
    const wrong = await typePassword(client, email, 'six yellow herons wade', { next: REMOVAL });
    expect(wrong.status).toBe(401);
    expect((await client.get(REMOVAL)).status, 'still not').toBe(303);
    const right = typePassword(client, email, PASSPHRASE, { next: REMOVAL });
    expect(await locationOf(right)).toEqual([303, REMOVAL]);
    expect((await client.get(REMOVAL)).status).toBe(200);
    expect((await old.get('/account/password')).status, 'the old session').toBe(303);
    expect(await locationOf(client.post(REMOVAL))).toEqual([303, '/account/sessions']);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
  });

  test('a new proof by link: the page waits until the link is opened', async () => {
    const client = await withPassword(host, email);
    moveClock(minutes(11));
    const old = copyOf(client);
    const mail = await client.ask(email, REMOVAL);
    expect((await client.get('/sign-in/check-email')).status).toBe(200);
    expect(await locationOf(client.get(linkIn(mail)))).toEqual([303, REMOVAL]);
    expect(await locationOf(client.get('/sign-in/check-email'))).toEqual([303, REMOVAL]);
    expect((await old.get('/account/password')).status, 'the old session').toBe(303);
    expect(
      await rows(
        'SELECT ended_by FROM sessions WHERE ? IN (contact_id, member_id) ORDER BY rowid',
        id,
      ),
    ).toEqual([{ ended_by: 'sign-in' }, { ended_by: null }]);
    expect(await locationOf(client.post(REMOVAL))).toEqual([303, '/account/sessions']);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
  });

  test('a new proof by the code of that mail: back to the removal', async () => {
    const client = await withPassword(host, email);
    moveClock(minutes(11));
    const code = codeIn(await client.ask(email, REMOVAL));
    expect(await locationOf(client.post('/sign-in/code', { code }))).toEqual([303, REMOVAL]);
    expect(await locationOf(client.post(REMOVAL))).toEqual([303, '/account/sessions']);
  });
});

test('without a password: nothing is removed, signed out or mailed', async () => {
  const other = await visit('demo').signInAs(carla);
  const client = await visit('demo').signInAs(carla);
  const before = await dump();
  expect(await locationOf(client.get(REMOVAL))).toEqual([303, '/account/password']);
  expect(await locationOf(client.post(REMOVAL))).toEqual([303, '/account/password']);
  expect(await dump()).toEqual(before);
  expect((await other.get('/')).status).toBe(200);
});

test('an old session in constant use: still needs a new proof', async () => {
  const client = await withPassword('demo', carla);
  for (let at = 0; at < 3; at += 1) {
    moveClock(minutes(61));
    expect((await client.get('/')).status).toBe(200);
  }
  expect(await locationOf(client.get(REMOVAL))).toEqual([303, PROVE_FIRST]);
});

describe('a link requested while signed in', () => {
  /** Somebody who signed in a while ago and has just asked for a link, with the mail that came. */
  async function askingAgain() {
    const client = await withPassword('demo', carla);
    moveClock(minutes(11));
    const mail = await client.ask(carla, REMOVAL);
    return { client, link: linkIn(mail) };
  }

  test('a prefetch or a HEAD: does not use it up', async () => {
    const { client, link } = await askingAgain();
    const before = await epochAndSessions(carlaAtDemo);
    const cookie = client.cookies.get('__Host-session');
    await client.get(link, { headers: { 'sec-purpose': 'prefetch' } });
    await client.get(link, { method: 'HEAD' });
    expect(await epochAndSessions(carlaAtDemo)).toEqual(before);
    expect(client.cookies.get('__Host-session')).toBe(cookie);
    expect(await locationOf(client.get(link))).toEqual([303, REMOVAL]);
    expect(client.cookies.get('__Host-session')).not.toBe(cookie);
  });

  test('opened in another browser, signed in or not: no proof for this one', async () => {
    const { client, link } = await askingAgain();
    const elsewhere = visit('demo');
    await typePassword(elsewhere, carla);
    moveClock(minutes(11));
    const fresh = await client.ask(carla, REMOVAL);
    const before = await epochAndSessions(carlaAtDemo);
    for (const opened of [link, linkIn(fresh)]) {
      expect(await locationOf(elsewhere.get(opened)), 'signed in').toEqual([303, REMOVAL]);
    }
    expect((await visit('demo').get(linkIn(fresh))).status, 'not signed in').toBe(200);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(before);
    for (const browser of [client, elsewhere]) {
      expect(await locationOf(browser.get(REMOVAL))).toEqual([303, PROVE_FIRST]);
    }
  });

  test('opened after another proof: leads on, and is not used up', async () => {
    const { client, link } = await askingAgain();
    moveClock(seconds(1));
    await typePassword(client, carla);
    const before = await epochAndSessions(carlaAtDemo);
    const cookie = client.cookies.get('__Host-session');
    expect(await locationOf(client.get(link))).toEqual([303, REMOVAL]);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(before);
    expect(client.cookies.get('__Host-session')).toBe(cookie);
  });

  test('used or expired: leads on if signed in, and is no proof', async () => {
    const { client, link } = await askingAgain();
    moveClock(minutes(10));
    expect(await locationOf(client.get(link))).toEqual([303, REMOVAL]);
    expect(await locationOf(client.get(REMOVAL))).toEqual([303, PROVE_FIRST]);
    expect(await (await client.get(PROVE_FIRST)).text()).toContain(
      'That link had expired or been used. You are still signed in.',
    );
  });
});

describe('GET /account/confirmation', () => {
  test('an account without a password: only a link is offered', async () => {
    const client = await visit('demo').signInAs(carla);
    moveClock(minutes(11));
    const page = await (await client.get(PROVE_FIRST)).text();
    expect(page).toContain('action="/sign-in/link"');
    expect(inputAt('password', page)).toBe('');
  });

  test.each(['//evil.test', 'https://evil.test', '/\\evil', '/sign-out', ''])(
    'next is %s: leads to a page of this host',
    async (next) => {
      const client = await visit('demo').signInAs(carla);
      const query = new URLSearchParams({ next });
      const passing = client.get(`/account/confirmation?${query}`);
      expect(await locationOf(passing), 'proven already').toEqual([303, '/']);
      moveClock(minutes(11));
      const page = await (await client.get(`/account/confirmation?${query}`)).text();
      expect(page).toContain('name="next" value="/"');
      expect(page).not.toContain('evil');
    },
  );

  test('after a recent proof: passes; for a forgotten password: a link is needed', async () => {
    const client = await withPassword('demo', carla);
    expect(await locationOf(client.get(PROVE_FIRST))).toEqual([303, REMOVAL]);
    expect(await locationOf(client.get(`${PROVE_FIRST}&by=link`))).toEqual([303, REMOVAL]);
    const byPassword = visit('demo');
    await typePassword(byPassword, carla);
    expect(await locationOf(byPassword.get(PROVE_FIRST))).toEqual([303, REMOVAL]);
    const forgotten = await (await byPassword.get(`${PROVE_FIRST}&by=link`)).text();
    expect(forgotten).toContain('action="/sign-in/link"');
    expect(inputAt('password', forgotten)).toBe('');
    const mail = await byPassword.ask(carla, '/account/password');
    expect(await locationOf(byPassword.get(linkIn(mail)))).toEqual([303, '/account/password']);
    const page = await (await byPassword.get('/account/password')).text();
    expect(inputAt('current_password', page), 'no longer asked').toBe('');
  });

  test('a sign-in as another account: no proof for this one', async () => {
    await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    const dora = { name: 'Dora', email: 'dora@acme.test', portal_access: 'on' };
    await owner.post('/w/demo/contacts', dora);
    await withPassword('demo', dora.email, 'six yellow herons wade at dawn');
    const client: Visitor = visit('demo');
    await typePassword(client, carla);
    moveClock(minutes(11));
    await typePassword(client, dora.email, 'six yellow herons wade at dawn', { next: REMOVAL });
    expect(await locationOf(client.post(REMOVAL))).toEqual([303, '/account/sessions']);
    expect(await rows('SELECT contact_id FROM passwords')).toEqual([{ contact_id: carlaAtDemo }]);
  });
});
