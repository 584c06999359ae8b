import { describe, expect, test, vi } from 'vitest';
import { beforeStatement } from '../../support/bindings.ts';
import { carla, carlaAtDemo, nobody, olivia, PASSPHRASE, rita } from '../../support/cast.ts';
import { dump, epochAndSessions, rows, untouched } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { errorAt, inputAt } from '../../support/html.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const SESSION = '__Host-session';
const OTHER = 'six yellow herons wade at dawn';
const newOwner = 'newowner@fresh.test';

// CVE-2026-114607 (Better Auth): one kind of token submitted where another belongs.
describe('one kind of proof in the place of another', () => {
  /** Everything of carla's that is secret, or stands for something that is. */
  async function everythingOf(client: Visitor, asking: Visitor) {
    const mail = await asking.ask(carla);
    const [stored] = await rows('SELECT id, hash FROM passwords');
    const [session] = await rows('SELECT id FROM sessions ORDER BY created_at DESC');
    return {
      mail,
      secrets: {
        code: codeIn(mail),
        'code in small letters': codeIn(mail).toLowerCase(),
        'link token': linkIn(mail).split('/').at(-1) ?? '',
        'whole link': linkIn(mail),
        'session cookie': client.cookies.get(SESSION) ?? '',
        'asking cookie': asking.cookies.get('__Host-asking') ?? '',
        'stored hash': String(stored?.hash),
        'password id': String(stored?.id),
        'session id': String(session?.id),
        'contact id': carlaAtDemo,
      },
    };
  }

  test('a code, a token, a cookie, a hash or an id is no password', async () => {
    const client = await withPassword('demo', carla);
    const asking = visit('demo');
    const { mail, secrets } = await everythingOf(client, asking);
    for (const [what, secret] of Object.entries(secrets)) {
      await rows('DELETE FROM tries');
      expect(secret.length, what).toBeGreaterThan(5);
      const browser = visit('demo');
      expect((await typePassword(browser, carla, secret)).status, what).toBe(401);
      expect(browser.cookies.has(SESSION), what).toBe(false);
    }
    expect(await rows("SELECT id FROM sessions WHERE method = 'password'")).toEqual([]);
    expect((await asking.get(linkIn(mail))).status, 'nor was the link used up').toBe(303);
  });

  test('a code, a token, a cookie, a hash or an id is no current password', async () => {
    const client = await withPassword('demo', carla);
    const { secrets } = await everythingOf(client, visit('demo'));
    const byPassword = visit('demo');
    await typePassword(byPassword, carla);
    const before = await rows('SELECT * FROM passwords');
    for (const [what, current_password] of Object.entries(secrets)) {
      await rows('DELETE FROM tries');
      const fields = { password: OTHER, current_password };
      const refused = await byPassword.post('/account/password', fields);
      expect(refused.status, what).toBe(422);
    }
    expect(await rows('SELECT * FROM passwords')).toEqual(before);
  });

  test('a password, its hash or its id is no code, no link and no session', async () => {
    await withPassword('demo', carla);
    const [stored] = await rows('SELECT id, hash FROM passwords');
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    const before = await dump();
    for (const secret of [PASSPHRASE, String(stored?.id), String(stored?.hash)]) {
      const typed = await asking.post('/sign-in/code', { code: secret });
      expect([typed.status, errorAt('code', await typed.text()) === null]).toEqual([422, false]);
      for (const path of [`/sign-in/link/${encodeURIComponent(secret)}`]) {
        expect((await asking.get(path)).status, path).toBe(404);
        expect((await asking.post(path)).status, path).toBe(404);
      }
      const thief = visit('demo');
      thief.cookies.set(SESSION, encodeURIComponent(secret));
      expect((await thief.get('/')).status).toBe(303);
    }
    expect(await dump()).toEqual(before);
    expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(303);
  });
});

// CVE-2026-53516: a password set by who had not yet proven the address.
describe('before an address is proven there is no password', () => {
  test.each(['demo', 'app'])(
    '%s: signed out, or having only asked, nothing can be set',
    async (host) => {
      const asking = visit(host);
      await asking.ask(host === 'demo' ? carla : olivia);
      const before = await dump();
      for (const browser of [visit(host), asking]) {
        const fields = { password: PASSPHRASE, email: carla, contact_id: carlaAtDemo };
        const set = await browser.post('/account/password', fields);
        expect([set.status, set.headers.get('location')]).toEqual([303, '/sign-in?next=%2F']);
      }
      expect(derivations()).toBe(0);
      expect(await dump()).toEqual(before);
    },
  );

  test('a newcomer has none, and typing one makes nobody a member', async () => {
    const newcomer = visit('app');
    await newcomer.ask(newOwner);
    await newcomer.post('/account/password', { password: PASSPHRASE });
    expect((await typePassword(newcomer, newOwner)).status).toBe(401);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
    expect(await rows('SELECT id FROM members WHERE email = ?', newOwner)).toEqual([]);
    // who has proven the address sets one like anybody
    await withPassword('app', newOwner);
    expect((await typePassword(visit('app'), newOwner)).status).toBe(303);
  });

  test('a contact whose address is changed loses it: neither owner gets in by the old one', async () => {
    const client = await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    expect((await editCarla(owner, 'successor@acme.test')).status).toBe(303);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
    expect((await client.get('/')).status, 'the old session').toBe(303);
    expect((await client.post('/account/password', { password: OTHER })).status).toBe(303);
    for (const email of [carla, 'successor@acme.test']) {
      expect((await typePassword(visit('demo'), email)).status, email).toBe(401);
    }
    await withPassword('demo', 'successor@acme.test', OTHER);
    expect((await typePassword(visit('demo'), 'successor@acme.test', OTHER)).status).toBe(303);
    expect((await typePassword(visit('demo'), carla, OTHER)).status).toBe(401);
  });

  test('one whose name is edited, or the case of the address, keeps it and stays signed in', async () => {
    const client = await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    expect((await editCarla(owner, 'Client@Demo.test')).status).toBe(303);
    expect((await client.get('/')).status).toBe(200);
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
  });

  test('one who is deleted and added again starts without', async () => {
    await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
    await owner.post('/w/demo/contacts', { name: 'Carla', email: carla, portal_access: 'on' });
    expect((await typePassword(visit('demo'), carla)).status).toBe(401);
  });

  test('another workspace that adds the same address has nothing of it', async () => {
    const owner = await visit('app').signInAs(rita);
    await owner.post('/w/rival/contacts', { name: 'O', email: olivia, portal_access: 'on' });
    await withPassword('app', olivia);
    expect((await typePassword(visit('rival'), olivia)).status).toBe(401);
  });
});

describe('passwords nobody would type', () => {
  test.each(['/sign-in/password', '/account/password'])(
    'of a megabyte is 413 before anything is hashed: POST %s',
    async (path) => {
      const client = await visit('demo').signInAs(carla);
      const before = await dump();
      const huge = { email: carla, password: 'x'.repeat(1024 * 1024) };
      expect((await client.post(path, huge)).status).toBe(413);
      const current = { password: PASSPHRASE, current_password: 'x'.repeat(1024 * 1024) };
      expect((await client.post(path, current)).status).toBe(413);
      expect(derivations()).toBe(0);
      expect(await dump()).toEqual(before);
    },
  );

  test('of sixty thousand characters is refused by its length, unhashed', async () => {
    const client = await visit('demo').signInAs(carla);
    const password = 'x'.repeat(60_000);
    expect((await typePassword(visit('demo'), carla, password)).status).toBe(422);
    const set = await client.post('/account/password', { password });
    expect([set.status, errorAt('password', await set.text())]).toEqual([
      422,
      'Use at most 512 characters.',
    ]);
    expect(derivations()).toBe(0);
  });

  // Sixty kilobytes of combining marks took 0.7 s to normalise: more than any hash, and counted by nothing.
  test('of combining marks without end is refused before it is normalised, in every field', async () => {
    await withPassword('demo', carla);
    const client = visit('demo');
    await typePassword(client, carla);
    await client.ask(carla);
    const marks = `a${'\u0301'.repeat(15_000)}${'\u0316'.repeat(15_000)}`;
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const before = derivations();
    for (const [path, fields] of [
      ['/sign-in/password', `email=${carla}&password=${marks}`],
      ['/sign-in/code', `code=${marks}`],
      ['/account/password', `password=${marks}`],
      ['/account/password', `password=${OTHER}&current_password=${marks}`],
    ] as const) {
      // unescaped, so that as much as possible fits into a form
      const headers = {
        origin: client.origin,
        'content-type': 'application/x-www-form-urlencoded',
      };
      const request = { method: 'POST', headers, body: fields };
      const refused = await client.send(new Request(`${client.origin}${path}`, request));
      expect(refused.status, path).toBe(422);
    }
    const longest = Math.max(...normalize.mock.contexts.map((text) => String(text).length));
    expect(longest).toBeLessThan(2049);
    expect(derivations()).toBe(before);
  });

  test.each([
    ['64 characters', 'a long one of sixty-four'.padEnd(64, 'q')],
    ['128 characters', 'a long one'.padEnd(128, 'qz')],
    ['512 emoji', '🐟🦑'.repeat(256)],
    ['spaces at both ends', '  five purple tunas  '],
    ['markup', '"><script>alert(1)</script>'],
    ['form syntax', 'a+b=c&password=%41%00&d'],
    ['line breaks', 'five purple\r\ntunas sing'],
    ['right-to-left marks', 'five \u202epurple\u2066 tunas'],
  ])('work as they are, and not a character off: %s', async (_what, password) => {
    await withPassword('demo', carla, password);
    expect((await typePassword(visit('demo'), carla, password)).status).toBe(303);
    const shorter = Array.from(password).slice(0, -1).join('');
    expect((await typePassword(visit('demo'), carla, shorter)).status).toBe(401);
  });

  test('a NUL inside is a character like others', async () => {
    await withPassword('demo', carla, 'five purple\0tunas sing');
    expect((await typePassword(visit('demo'), carla, 'five purple')).status).toBe(401);
    expect((await typePassword(visit('demo'), carla, 'five purple\0herons')).status).toBe(401);
    expect((await typePassword(visit('demo'), carla, 'five purple\0tunas sing')).status).toBe(303);
  });

  test('set on one keyboard, typed on another: composed and decomposed are the same', async () => {
    await withPassword('demo', carla, 'caf\u00e9 au lait, encore');
    const typed = await typePassword(visit('demo'), carla, 'cafe\u0301 au lait, encore');
    expect(typed.status).toBe(303);
  });
});

describe('what changes between the check of a right password and the session it would start', () => {
  test.each<[string, (client: Visitor, owner: Visitor) => Promise<Response>]>([
    ['changed', (client) => client.post('/account/password', { password: OTHER })],
    ['removed', (client) => client.post('/account/password/removal')],
    [
      'access switched off',
      (_client, owner) =>
        owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'off' }),
    ],
    ['address changed', (_client, owner) => editCarla(owner, 'successor@acme.test')],
    ['deleted', (_client, owner) => owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`)],
  ])('%s: refused in the usual words, and no session', async (_what, change) => {
    const client = await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    let changed = 0;
    const bindings = beforeStatement(/insert into "sessions"/, async () => {
      changed = (await change(client, owner)).status;
    });
    const browser = visit('demo', bindings);
    const typed = await typePassword(browser, carla);
    expect([changed, typed.status]).toEqual([303, 401]);
    expect(await typed.text()).toContain('This email address and password do not match.');
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await rows("SELECT id FROM sessions WHERE method = 'password'")).toEqual([]);
    expect(await rows("SELECT id FROM activity WHERE detail LIKE '%password%'")).toEqual([]);
  });

  test('changed, for a member', async () => {
    const owner = await withPassword('app', olivia);
    const bindings = beforeStatement(/insert into "sessions"/, () =>
      owner.post('/account/password', { password: OTHER }),
    );
    expect((await typePassword(visit('app', bindings), olivia)).status).toBe(401);
    expect(await rows("SELECT id FROM sessions WHERE method = 'password'")).toEqual([]);
    expect((await typePassword(visit('app'), olivia, OTHER)).status).toBe(303);
  });
});

test('a stranger who types passwords leaves nothing but two counts', async () => {
  const before = await dump();
  await typePassword(visit('demo'), nobody);
  const { d1, kv } = await dump();
  expect(d1.tries).toHaveLength(2);
  expect(JSON.stringify(d1.tries)).not.toContain(nobody);
  expect({ d1: { ...d1, tries: [] }, kv }).toEqual({ ...before, d1: { ...before.d1, tries: [] } });
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('what is stored of a password is its hash alone, and no page or mail shows either', async () => {
  const client = await withPassword('demo', carla);
  const owner = await visit('app').signInAs(olivia);
  const [stored] = await rows('SELECT hash FROM passwords');
  const hash = String(stored?.hash);
  const { passwords, ...rest } = (await dump()).d1;
  expect(JSON.stringify([passwords, rest])).not.toContain(PASSPHRASE);
  expect(JSON.stringify(rest)).not.toContain(hash.slice(-20));
  const pages = [
    await client.get('/account/password'),
    await client.get('/account/sessions'),
    await owner.get(`/w/demo/contacts/${carlaAtDemo}`),
    await visit('app').get('/dev/mail.json'),
  ];
  for (const page of pages) {
    const text = await page.text();
    expect(page.status).toBe(200);
    expect(text).not.toContain(PASSPHRASE);
    expect(text).not.toContain(hash.slice(-20));
    expect(inputAt('password', text)).not.toContain('value=');
  }
});

function editCarla(owner: Visitor, email: string): Promise<Response> {
  return owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'Carla C', email });
}
