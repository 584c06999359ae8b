import { describe, expect, test } from 'vitest';
import { POLICY } from '../../../worker/passwords/password-hash.ts';
import { watchBindings } from '../../support/bindings.ts';
import {
  carla,
  carlaAtDemo,
  carlaAtRival,
  lars,
  larsAtDemo,
  nobody,
  olivia,
  oliviaId,
  PASSPHRASE,
  rita,
} from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, epochAndSessions, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { errorAt, escaped, inputAt, refusedWords, withoutNonce } from '../../support/html.ts';
import {
  answerTo,
  copyOf,
  typePassword,
  type Visitor,
  visit,
  withPassword,
} from '../../support/visitor.ts';

const SESSION = '__Host-session';
const WRONG = 'This email address and password do not match. Try again, or ask for a sign-in link.';
const NOT_AN_ADDRESS = 'That does not look like one email address, such as carla@acme.example.';

describe('POST /sign-in/password', () => {
  test.each([
    ['a contact on the portal', 'demo', carla, carlaAtDemo, '/projects'],
    ['a member on the admin host', 'app', olivia, oliviaId, '/w/demo'],
  ] as const)('signs in %s, and consumes nothing', async (_who, host, email, id, next) => {
    await withPassword(host, email);
    const before = await epochAndSessions(id);
    const browser = visit(host);
    const typed = await typePassword(browser, email, PASSPHRASE, { next });
    expect([typed.status, typed.headers.get('location')]).toEqual([303, next]);
    expect((await browser.get('/account/sessions')).status).toBe(200);

    expect(
      await rows(
        `SELECT method, link_epoch, ended_at FROM sessions WHERE ? IN (contact_id, member_id)
         ORDER BY created_at, rowid`,
        id,
      ),
    ).toEqual([
      { method: 'link', link_epoch: 0, ended_at: null },
      { method: 'password', link_epoch: null, ended_at: null },
    ]);
    expect(await epochAndSessions(id), 'no epoch is used up').toEqual({ ...before, sessions: 2 });
    const told = await rows(
      `SELECT json_extract(detail, '$.method') AS method FROM activity
       WHERE kind = 'signed_in' AND ? IN (contact_id, member_id) ORDER BY at, rowid`,
      id,
    );
    expect(told).toEqual([{ method: 'link' }, { method: 'password' }]);
  });

  test.each([
    ['/projects?page=2', '/projects?page=2'],
    ['//evil.test', '/'],
    ['/\\evil.test', '/'],
    ['https://evil.test/', '/'],
    ['/sign-out', '/'],
    [['/a', '/b'], '/'],
  ])('goes on to next, if that is a page of ours: %s', async (next, location) => {
    await withPassword('demo', carla);
    const typed = await typePassword(visit('demo'), carla, PASSPHRASE, { next });
    expect([typed.status, typed.headers.get('location')]).toEqual([303, location]);
  });

  test('works as often as it is typed, in as many browsers, however the address is spelled', async () => {
    await withPassword('demo', carla);
    for (const email of [carla, ' CLIENT@demo.test', 'client@DEMO.TEST ']) {
      const browser = visit('demo');
      expect((await typePassword(browser, email)).status, email).toBe(303);
      expect((await browser.get('/')).status, email).toBe(200);
    }
    expect(await epochAndSessions(carlaAtDemo)).toMatchObject({ sessions: 4 });
  });

  test('leaves a link that is under way alone', async () => {
    await withPassword('demo', carla);
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
    const link = /\/sign-in\/link\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    expect((await asking.get(link)).status).toBe(303);
    expect((await asking.get('/')).status).toBe(200);
  });

  test('says nothing of what else is sent: roles, ids, hashes and methods are ignored', async () => {
    await withPassword('demo', carla);
    const [before] = await rows('SELECT * FROM contacts WHERE id = ?', carlaAtDemo);
    const [password] = await rows('SELECT * FROM passwords');
    const extra = {
      role: 'owner',
      workspace_id: 'x',
      contact_id: larsAtDemo,
      member_id: oliviaId,
      portal_access: 'off',
      hash: 'x',
      method: 'link',
      code: 'AAAAAA',
    };
    const browser = visit('demo');
    expect((await typePassword(browser, carla, PASSPHRASE, extra)).status).toBe(303);
    const [after] = await rows('SELECT * FROM contacts WHERE id = ?', carlaAtDemo);
    expect(after).toEqual({ ...before, last_seen_at: expect.anything() });
    expect(await rows('SELECT * FROM passwords')).toEqual([password]);
    expect(await rows("SELECT contact_id FROM sessions WHERE method = 'password'")).toEqual([
      { contact_id: carlaAtDemo },
    ]);
  });

  test('is for POST only: to read it is 405, and counts nothing', async () => {
    const before = await dump();
    for (const method of ['GET', 'HEAD']) {
      const response = await visit('demo').get('/sign-in/password', { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
    expect(await dump()).toEqual(before);
  });
});

describe('a password that is refused', () => {
  /** All that a visitor can tell of one try, and what it cost us before the answer. */
  async function tryOnce(host: string, email: string, password: string) {
    const { bindings, calls } = watchBindings();
    const { origin } = visit(host);
    const request = new Request(`${origin}/sign-in/password`, {
      method: 'POST',
      headers: { origin, 'cf-connecting-ip': '192.0.2.7' },
      body: new URLSearchParams({ email, password, next: '/projects' }),
    });
    await rows('DELETE FROM tries');
    const before = derivations();
    const { response, settled } = await answerTo(request, bindings);
    const asked = [...calls];
    const derived = derivations() - before;
    await settled();
    const page = withoutNonce(await response.text());
    return {
      status: response.status,
      headers: [...response.headers].map(([name, value]) => [
        name,
        value.replace(/'nonce-[^']+'/g, 'nonce'),
      ]),
      page: page.replaceAll(escaped(email), 'the address'),
      asked,
      askedAfterwards: calls.length - asked.length,
      derived,
      written: await rows('SELECT count, paused_until FROM tries ORDER BY key'),
    };
  }

  // CVE-2022-41697 (Ghost): a sign-in form that told known addresses from unknown ones.
  test('is the same answer for the same work, whatever is wrong with it', async () => {
    await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    const dora = { name: 'Dora', email: 'dora@acme.test', portal_access: 'on' };
    await owner.post('/w/demo/contacts', dora);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'on' });
    await withPassword('demo', lars);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'off' });
    const sessions = await rows('SELECT * FROM sessions');
    moveClock(0);

    const unknown = await tryOnce('demo', nobody, PASSPHRASE);
    expect(unknown.status).toBe(401);
    expect(refusedWords(unknown.page)).toBe(WRONG);
    expect(unknown.derived).toBe(POLICY.rounds);
    expect(unknown.asked.filter((call) => call === 'DB.batch')).toHaveLength(2);
    expect(unknown.askedAfterwards).toBe(0);
    expect(unknown.written.map(({ count }) => count)).toEqual([1, 1]);
    expect(unknown.headers.map(([name]) => name)).not.toContain('set-cookie');

    for (const [what, email, password] of [
      ['known, without a password', dora.email, PASSPHRASE],
      ['wrong', carla, 'six yellow tunas sing at noon'],
      ['nearly right', carla, `${PASSPHRASE} `],
      ['access off, the right one', lars, PASSPHRASE],
      ['access off, a wrong one', lars, 'six yellow tunas sing at noon'],
      ['a member’s, on a portal', olivia, PASSPHRASE],
    ] as const) {
      expect(await tryOnce('demo', email, password), what).toEqual(unknown);
    }
    expect(await rows('SELECT * FROM sessions')).toEqual(sessions);
  });

  test('the right one of the same address at another workspace is the same as an unknown address there', async () => {
    await withPassword('demo', carla);
    const owner = await visit('app').signInAs(rita);
    await owner.post(`/w/rival/contacts/${carlaAtRival}/portal-access`, { enabled: 'on' });
    moveClock(0);
    const unknown = await tryOnce('rival', nobody, PASSPHRASE);
    expect(unknown.status).toBe(401);
    expect(await tryOnce('rival', carla, PASSPHRASE)).toEqual(unknown);
    expect(await epochAndSessions(carlaAtRival)).toEqual({ epoch: 0, sessions: 0 });
  });

  test('on the admin host: unknown, wrong, and a contact’s are the same', async () => {
    await withPassword('app', olivia);
    await withPassword('demo', carla);
    moveClock(0);
    const unknown = await tryOnce('app', nobody, PASSPHRASE);
    expect([unknown.status, unknown.derived]).toEqual([401, POLICY.rounds]);
    expect(await tryOnce('app', olivia, 'six yellow tunas sing at noon'), 'wrong').toEqual(unknown);
    expect(await tryOnce('app', rita, PASSPHRASE), 'without a password').toEqual(unknown);
    expect(await tryOnce('app', carla, PASSPHRASE), 'a contact’s').toEqual(unknown);
  });

  test('leaves the address and where it was going in the form, and never the password', async () => {
    const typed = await typePassword(visit('demo'), carla, PASSPHRASE, { next: '/projects' });
    const page = await typed.text();
    expect(typed.status).toBe(401);
    expect(inputAt('email', page)).toContain(`value="${carla}"`);
    expect(page).toContain('name="next" value="/projects"');
    expect(inputAt('password', page)).toContain('aria-describedby="form-error"');
    expect(inputAt('password', page)).not.toContain('value=');
    expect(page).not.toContain(PASSPHRASE);
  });
});

describe('a form that cannot be a password sign-in', () => {
  const long = 'x'.repeat(513);

  test.each([
    ['a malformed address', 'carla@', PASSPHRASE, { email: NOT_AN_ADDRESS }],
    ['a name with its address', 'Carla <client@demo.test>', PASSPHRASE, { email: NOT_AN_ADDRESS }],
    ['no address', '', PASSPHRASE, { email: 'Type an email address.' }],
    ['no password', carla, '', { password: 'Type your password.' }],
    ['one of 513 characters', carla, long, { password: 'At most 512 characters.' }],
    [
      'neither',
      '',
      '',
      { email: 'Type an email address.', password: 'Type your password.' } as const,
    ],
  ])(
    'is 422 beside its field, and costs no try and no work: %s',
    async (_what, email, password, errors) => {
      const before = await dump();
      const typed = await typePassword(visit('demo'), email, password, { next: '/projects' });
      const page = await typed.text();
      expect(typed.status).toBe(422);
      expect({ email: errorAt('email', page), password: errorAt('password', page) }).toEqual({
        email: null,
        password: null,
        ...errors,
      });
      if (email !== '') expect(inputAt('email', page)).toContain(`value="${escaped(email)}"`);
      expect(inputAt('password', page)).not.toContain('value=');
      expect(page).toContain('name="next" value="/projects"');
      expect(derivations()).toBe(0);
      expect(await dump()).toEqual(before);
    },
  );

  test('two fields named password, or two addresses, are none', async () => {
    await withPassword('demo', carla);
    const before = [await dump(), derivations()];
    const twice = { email: carla, password: [PASSPHRASE, PASSPHRASE] };
    const doubled = await visit('demo').post('/sign-in/password', twice);
    expect(doubled.status).toBe(422);
    expect(errorAt('password', await doubled.text())).toBe('Type your password.');
    const both = { email: [carla, nobody], password: PASSPHRASE };
    const addressed = await visit('demo').post('/sign-in/password', both);
    expect(addressed.status).toBe(422);
    expect(errorAt('email', await addressed.text())).toBe('Type an email address.');
    expect([await dump(), derivations()]).toEqual(before);
  });
});

describe('the session that a password starts', () => {
  // CVE-2026-70594 (Ghost): a session cookie that stayed the same from before signing in to after.
  test('is never the cookie of before, and ends the session this browser had', async () => {
    const planted = await withPassword('demo', carla);
    const value = planted.cookies.get(SESSION) ?? '';
    const victim = visit('demo');
    victim.cookies.set(SESSION, value);
    expect((await typePassword(victim, carla)).status).toBe(303);
    expect(victim.cookies.get(SESSION)).not.toBe(value);
    expect((await victim.get('/')).status).toBe(200);
    await expectSignedOut(planted);
    const ended = await rows('SELECT method, ended_by FROM sessions ORDER BY created_at, rowid');
    expect(ended).toEqual([
      { method: 'link', ended_by: 'sign-in' },
      { method: 'password', ended_by: null },
    ]);
  });

  test('replaces a cookie that was never ours', async () => {
    await withPassword('demo', carla);
    for (const junk of ['junk', 'a.b.c', 'x'.repeat(4000)]) {
      const browser = visit('demo');
      browser.cookies.set(SESSION, junk);
      expect((await typePassword(browser, carla)).status).toBe(303);
      expect(browser.cookies.get(SESSION)).not.toBe(junk);
      expect((await browser.get('/')).status).toBe(200);
    }
  });

  test('a wrong password leaves the session that this browser has', async () => {
    const client = await withPassword('demo', carla);
    const value = client.cookies.get(SESSION);
    expect((await typePassword(client, carla, 'six yellow tunas sing')).status).toBe(401);
    expect(client.cookies.get(SESSION)).toBe(value);
    expect((await client.get('/')).status).toBe(200);
  });

  test('is dead for ever once signed out: a copy of the cookie reads and changes nothing', async () => {
    await withPassword('demo', carla);
    const client = visit('demo');
    await typePassword(client, carla);
    const copy = copyOf(client);
    await client.post('/sign-out');
    const before = await dump();
    await expectSignedOut(copy);
    for (const path of ['/account/password', '/account/password/removal', '/account/sessions']) {
      expect((await copy.get(path)).headers.get('location'), path).toContain('/sign-in?next=');
    }
    for (const path of ['/account/password', '/account/password/removal']) {
      const posted = await copy.post(path, { password: 'six yellow tunas sing at noon' });
      expect([posted.status, posted.headers.get('location')]).toEqual([303, '/sign-in?next=%2F']);
    }
    expect(await dump()).toEqual(before);
  });

  test('comes first next time: this browser remembers how it came in last', async () => {
    await withPassword('demo', carla);
    const browser = visit('demo');
    expect(await formShown(browser)).toBe('/sign-in/link');
    await typePassword(browser, carla);
    await browser.post('/sign-out');
    expect(await formShown(browser)).toBe('/sign-in/password');
    expect(await formShown(browser, '?method=link'), 'a choice goes first').toBe('/sign-in/link');
    await browser.signInAs(carla);
    await browser.post('/sign-out');
    expect(await formShown(browser)).toBe('/sign-in/link');
    expect(await formShown(browser, '?method=password')).toBe('/sign-in/password');
  });

  async function formShown(browser: Visitor, query = ''): Promise<string | undefined> {
    const page = await (await browser.get(`/sign-in${query}`)).text();
    return /<form [^>]*action="([^"]+)"/.exec(page)?.[1];
  }
});

async function expectSignedOut(browser: Visitor): Promise<void> {
  const response = await browser.get('/');
  expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in?next=%2F']);
}
