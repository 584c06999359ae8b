import { describe, expect, test } from 'vitest';
import { carla, carlaAtDemo, olivia, PASSPHRASE, rita } from '../../support/cast.ts';
import { changeCarlaEmail } from '../../support/contacts.ts';
import { dump, rows } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { OTHER_PASSPHRASE } from '../../support/passwords.ts';
import { typePassword, visit, withPassword } from '../../support/visitor.ts';

const newOwner = 'newowner@fresh.test';

// CVE-2026-53516: a password set by who had not yet proven the address.
describe('a password and the address it belongs to', () => {
  test.each(['demo', 'app'])(
    '%s: signed out, or with a link not yet opened: no password can be set',
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

  test('a new address: has no password, and typing one makes nobody a member', async () => {
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

  test('a contact whose address is changed: the password is removed', async () => {
    const client = await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    expect((await changeCarlaEmail(owner, 'successor@acme.test')).status).toBe(303);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
    expect((await client.get('/')).status, 'the old session').toBe(303);
    expect((await client.post('/account/password', { password: OTHER_PASSPHRASE })).status).toBe(
      303,
    );
    for (const email of [carla, 'successor@acme.test']) {
      expect((await typePassword(visit('demo'), email)).status, email).toBe(401);
    }
    await withPassword('demo', 'successor@acme.test', OTHER_PASSPHRASE);
    expect(
      (await typePassword(visit('demo'), 'successor@acme.test', OTHER_PASSPHRASE)).status,
    ).toBe(303);
    expect((await typePassword(visit('demo'), carla, OTHER_PASSPHRASE)).status).toBe(401);
  });

  test('a contact whose name or letter case is changed: keeps password and session', async () => {
    const client = await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    expect((await changeCarlaEmail(owner, 'Client@Demo.test')).status).toBe(303);
    expect((await client.get('/')).status).toBe(200);
    expect((await typePassword(visit('demo'), carla)).status).toBe(303);
  });

  test('a contact who is deleted and added again: has no password', async () => {
    await withPassword('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`);
    expect(await rows('SELECT id FROM passwords')).toEqual([]);
    await owner.post('/w/demo/contacts', { name: 'Carla', email: carla, portal_access: 'on' });
    expect((await typePassword(visit('demo'), carla)).status).toBe(401);
  });

  test('the same address at another workspace: has no password there', async () => {
    const owner = await visit('app').signInAs(rita);
    await owner.post('/w/rival/contacts', { name: 'O', email: olivia, portal_access: 'on' });
    await withPassword('app', olivia);
    expect((await typePassword(visit('rival'), olivia)).status).toBe(401);
  });
});
