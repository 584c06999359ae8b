import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { carla, carlaAtDemo, demoId, olivia, oliviaId } from '../../support/cast.ts';
import { addClient, setAccess } from '../../support/contacts.ts';
import { epochAndSessions, rows } from '../../support/database.ts';
import { buttons } from '../../support/html.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { mailbox, visit } from '../../support/visitor.ts';

// better-auth#6893, GHSA-2vg6-77g8-24mp: what was revoked, and came back.
test('access off and on again: no link, code, cookie or session works again', async () => {
  const signedIn = await visit('demo').signInAs(carla);
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const owner = await visit('app').signInAs(olivia);

  await setAccess(owner, 'off');
  expect((await signedIn.get('/')).status).toBe(403);
  const off = await asking.get(linkIn(mail));
  expect(off.status).toBe(410);
  const words = await off.text();
  expect(words).toContain('Access to Demo Studio is switched off for this address');
  expect(buttons(words), 'no button that cannot help').toEqual([]);
  expect((await visit('demo').post(linkIn(mail))).status).toBe(410);
  expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
  const mails = (await mailbox()).length;
  expect((await visit('demo').post(`${linkIn(mail)}/renewal`)).status).toBe(303);
  expect(await mailbox(), 'renewal mails nothing').toHaveLength(mails);

  await setAccess(owner, 'on');
  expect((await signedIn.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
  const on = await asking.get(linkIn(mail));
  expect(on.status).toBe(410);
  expect(await on.text()).toContain('This link has been used');
  expect((await visit('demo').post(linkIn(mail))).status).toBe(410);
  expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 1 });
  expect((await (await visit('demo').signInAs(carla)).get('/')).status).toBe(200);
});

test('a deleted contact, also added again: no link, code, cookie or renewal works', async () => {
  const signedIn = await visit('demo').signInAs(carla);
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const owner = await visit('app').signInAs(olivia);
  await owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`);
  const mails = (await mailbox()).length;

  for (const again of [false, true]) {
    if (again) await addClient(carla, owner);
    expect((await signedIn.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
    expect((await asking.get(linkIn(mail))).status).toBe(404);
    expect((await visit('demo').post(linkIn(mail))).status).toBe(404);
    expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
    await visit('demo').post(`${linkIn(mail)}/renewal`);
    expect(await mailbox()).toHaveLength(mails);
    expect(await rows('SELECT id FROM sessions WHERE contact_id IS NOT NULL')).toEqual([]);
  }
});

test.each([
  ['workspace', 'demo', carla, `DELETE FROM workspaces WHERE id = '${demoId}'`],
  ['member', 'app', olivia, `DELETE FROM members WHERE id = '${oliviaId}'`],
])('a deleted %s: session, link and code no longer work', async (_what, host, email, sql) => {
  const signedIn = await visit(host).signInAs(email);
  const asking = visit(host);
  const mail = await asking.ask(email);
  await env.DB.prepare(sql).run();
  expect((await signedIn.get('/')).headers.get('location')).toBe('/sign-in?next=%2F');
  expect((await asking.get(linkIn(mail))).status).toBe(404);
  expect((await visit(host).post(linkIn(mail))).status).toBe(404);
  expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
  expect(await rows('SELECT id FROM sessions')).toEqual([]);
});

test('a contact whose address was changed: the link to the old one is void', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const owner = await visit('app').signInAs(olivia);
  await owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'Carla', email: 'new@demo.test' });
  expect((await asking.get(linkIn(mail))).status).toBe(410);
  expect((await asking.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
  await asking.post(`${linkIn(mail)}/renewal`);
  expect((await mailbox())[0]?.to, 'a renewal goes to the address as it is stored now').toBe(
    'new@demo.test',
  );
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 1, sessions: 0 });
});
