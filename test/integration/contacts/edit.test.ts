import { describe, expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { carla, carlaAtDemo, carlaAtRival, demoId, lars, larsAtDemo } from '../../support/cast.ts';
import { CONTACTS, companiesOf, stored } from '../../support/contacts.ts';
import { dump, rows } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { visit } from '../../support/visitor.ts';

describe('editing a contact', () => {
  const CARLA = { name: 'Carla Client', email: carla, client: 'Acme Corp' };

  test('a new address: links and codes stop working; the old one is nobody’s', async () => {
    const admin = await owner();
    const asker = visit('demo');
    const mail = await asker.ask(carla);
    const card = `${CONTACTS}/${carlaAtDemo}`;
    expect((await admin.post(card, { ...CARLA, email: 'Carla@New.test' })).status).toBe(303);

    expect(await stored('Carla@new.test')).toMatchObject({ id: carlaAtDemo, link_epoch: 1 });
    expect((await asker.get(linkIn(mail))).status).toBe(410);
    expect((await asker.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
    expect(await rows('SELECT 1 FROM sessions WHERE contact_id = ?', carlaAtDemo)).toEqual([]);
    expect(await visit('demo').ask(carla)).toBeUndefined();
    expect((await visit('demo').ask('carla@new.test'))?.to).toBe('Carla@new.test');
  });

  test('the same address in another case, or another name: links keep working', async () => {
    const admin = await owner();
    const asker = visit('demo');
    const mail = await asker.ask(carla);
    await admin.post(`${CONTACTS}/${carlaAtDemo}`, { name: 'Carla C.', email: 'Client@DEMO.test' });
    expect(await stored('Client@demo.test')).toMatchObject({ name: 'Carla C.', link_epoch: 0 });
    expect((await asker.get(linkIn(mail))).status).toBe(303);
  });

  test('a company without contacts: gone', async () => {
    const admin = await owner();
    await admin.post(`${CONTACTS}/${carlaAtDemo}`, { ...CARLA, client: ['Globex', 'Initech'] });
    expect(await companiesOf(carla)).toEqual(['Globex', 'Initech']);
    await admin.post(`${CONTACTS}/${carlaAtDemo}`, { ...CARLA, client: 'Initech' });
    const names = await rows('SELECT name FROM client_companies');
    expect(names).toEqual([{ name: 'Initech' }]);
  });

  test('to another’s address: says whose, changes nothing', async () => {
    const admin = await owner();
    const before = await dump();
    const response = await admin.post(`${CONTACTS}/${carlaAtDemo}`, { ...CARLA, email: lars });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('Lars Locked already has this address.');
    expect(await dump()).toEqual(before);
  });

  test('access and other fields that the form does not have: ignored', async () => {
    const admin = await owner();
    const extra = { portal_access: 'on', enabled: 'on', workspace_id: 'rival', link_epoch: '9' };
    await admin.post(`${CONTACTS}/${larsAtDemo}`, { name: 'Lars L.', email: lars, ...extra });
    expect(await stored(lars)).toMatchObject({
      name: 'Lars L.',
      portal_access: 0,
      workspace_id: demoId,
      link_epoch: 0,
    });
  });
});

test('deleting a contact: asked first, then gone with sessions, history and company', async () => {
  const admin = await owner();
  const client = await visit('demo').signInAs(carla);
  const mail = await visit('demo').ask(carla);
  const path = `${CONTACTS}/${carlaAtDemo}/deletion`;
  expect(await page(admin, path)).toContain('1 session will end at once');
  expect((await client.get('/')).status, 'the question deletes nothing').toBe(200);

  const deleted = await admin.post(path);
  expect([deleted.status, deleted.headers.get('location')]).toEqual([303, CONTACTS]);
  expect(await page(admin, CONTACTS)).toContain('Carla Client was deleted.');
  expect((await client.get('/')).status).toBe(303);
  expect((await visit('demo').get(linkIn(mail))).status).toBe(404);
  expect((await admin.get(`${CONTACTS}/${carlaAtDemo}`)).status).toBe(404);
  const { d1 } = await dump();
  for (const table of ['contacts', 'sessions', 'activity', 'contact_companies']) {
    expect(JSON.stringify(d1[table]), table).not.toContain(carlaAtDemo);
  }
  expect(d1.client_companies).toEqual([]);
  expect(JSON.stringify(d1.contacts), 'the same address at the other tenant').toContain(
    carlaAtRival,
  );
});
