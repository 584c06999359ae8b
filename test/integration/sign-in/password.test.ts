import { describe, expect, test } from 'vitest';
import {
  carla,
  carlaAtDemo,
  larsAtDemo,
  nobody,
  olivia,
  oliviaId,
  PASSPHRASE,
} from '../../support/cast.ts';
import { dump, epochAndSessions, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { errorAt, escaped, inputAt } from '../../support/html.ts';
import { typePassword, visit, withPassword } from '../../support/visitor.ts';

const NOT_AN_ADDRESS = 'That does not look like one email address, such as carla@acme.example.';

describe('a right password', () => {
  test.each([
    ['a contact on the portal', 'demo', carla, carlaAtDemo, '/projects'],
    ['a member on the admin host', 'app', olivia, oliviaId, '/w/demo'],
  ] as const)('%s: signed in, and no link is voided', async (_who, host, email, id, next) => {
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
  ])('next is %s: leads there only if it is a page of this host', async (next, location) => {
    await withPassword('demo', carla);
    const typed = await typePassword(visit('demo'), carla, PASSPHRASE, { next });
    expect([typed.status, typed.headers.get('location')]).toEqual([303, location]);
  });

  test('typed again, in other browsers and spellings: signs in each time', async () => {
    await withPassword('demo', carla);
    for (const email of [carla, ' CLIENT@demo.test', 'client@DEMO.TEST ']) {
      const browser = visit('demo');
      expect((await typePassword(browser, email)).status, email).toBe(303);
      expect((await browser.get('/')).status, email).toBe(200);
    }
    expect(await epochAndSessions(carlaAtDemo)).toMatchObject({ sessions: 4 });
  });

  test('while a link is on its way: the link still works', async () => {
    await withPassword('demo', carla);
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
    const link = /\/sign-in\/link\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    expect((await asking.get(link)).status).toBe(303);
    expect((await asking.get('/')).status).toBe(200);
  });

  test('with roles, ids, hashes and methods beside it: those are ignored', async () => {
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

  test('GET or HEAD instead of POST: 405, and nothing is counted', async () => {
    const before = await dump();
    for (const method of ['GET', 'HEAD']) {
      const response = await visit('demo').get('/sign-in/password', { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
    expect(await dump()).toEqual(before);
  });
});

describe('a form that cannot be a password sign-in', () => {
  const long = 'x'.repeat(513);

  test.each([
    ['a malformed address', 'carla@', PASSPHRASE, { email: NOT_AN_ADDRESS }],
    [
      'a name with two addresses',
      'Carla <client@demo.test>, eve@evil.test',
      PASSPHRASE,
      { email: NOT_AN_ADDRESS },
    ],
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
    '%s: 422 beside its field, without a counted try or a derivation',
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

  test('two passwords or two addresses: refused like none', async () => {
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
