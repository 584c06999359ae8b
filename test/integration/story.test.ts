import { expect, test } from 'vitest';
import { carla, carlaAtDemo, olivia } from '../support/cast.ts';
import { codeIn, linkIn } from '../support/mail.ts';
import { mailbox, visit } from '../support/visitor.ts';

test('the whole story: access on, a link, signed in, access off, refused', async () => {
  const owner = await visit('app').signInAs(olivia);
  expect((await owner.get('/')).headers.get('location')).toBe('/w/demo');
  const home = await (await owner.get('/w/demo')).text();
  expect(home).toContain('http://demo.portal.localhost');

  const before = (await mailbox()).length;
  const added = await owner.post('/w/demo/contacts', {
    name: 'Dora Designer',
    email: 'Dora@Acme.test',
    client: ['Acme Corp', 'Beta GmbH'],
  });
  expect(added.status).toBe(303);
  const card = added.headers.get('location') ?? '';
  expect(await (await owner.get(card)).text()).toContain('aria-checked="false"');
  expect((await owner.post(`${card}/portal-access`, { enabled: 'on' })).status).toBe(303);
  expect((await mailbox()).length, 'granting is silent').toBe(before);

  const dora = visit('demo');
  expect((await dora.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
  const mail = await dora.ask('dora@acme.test');
  expect(mail).toMatchObject({ to: 'Dora@acme.test', from: { name: 'Demo Studio' } });
  expect(mail?.subject).toBe(`${codeIn(mail)} is your code to sign in to Demo Studio`);
  const opened = await dora.get(linkIn(mail));
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
  const portal = await (await dora.get('/')).text();
  expect(portal).toContain('Dora');
  expect(portal).toContain('Beta GmbH');

  await owner.post(`${card}/portal-access`, { enabled: 'off' });
  expect(await (await owner.get(card)).text()).toContain('1 session ended, 0 links voided');
  const refused = await dora.get('/');
  expect(refused.status).toBe(403);
  const words = await refused.text();
  expect(words).toContain('Demo Studio');
  expect(words).toContain('hello@demo.test');
  expect(words).not.toContain('Beta GmbH');
});

test('switching access by script answers what ended', async () => {
  const client = await visit('demo').signInAs(carla);
  await visit('demo').ask(carla);
  const owner = await visit('app').signInAs(olivia);
  const card = `/w/demo/contacts/${carlaAtDemo}/portal-access`;
  const json = { headers: { accept: 'application/json' } };
  const off = await owner.post(card, { enabled: 'off' }, json);
  expect(await off.json()).toEqual({ portalAccess: false, sessionsEnded: 1, linksVoided: 1 });
  expect((await client.get('/')).status).toBe(403);
  const on = await owner.post(card, { enabled: 'on' }, json);
  expect(await on.json()).toEqual({ portalAccess: true, sessionsEnded: 0, linksVoided: 0 });
  expect((await client.get('/')).status).toBe(303);
});
