import { expect } from 'vitest';
import worker from '../../../worker/index.ts';
import { hours } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, lars, larsAtDemo, nobody, olivia, rita } from '../cast.ts';
import { moveClock } from '../clock.ts';
import { rows } from '../database.ts';
import { codeIn, linkIn, wrongCode } from '../mail.ts';
import { png } from '../pictures.ts';
import { type Visitor, visit } from '../visitor.ts';
import { expectAnswer, walkAccount } from './account.ts';

/** Everything that a contact, a member and the cron do. */
export async function walkEverything(bindings: Env): Promise<void> {
  const owner = visit('app', bindings);
  await owner.signInAs(olivia);
  const stranger = visit('demo', bindings);
  await stranger.ask(nobody);
  await stranger.post('/sign-in/code', { code: 'AAAAAA' });

  const client = visit('demo', bindings);
  const mail = await client.ask(carla);
  await client.post('/sign-in/code', { code: wrongCode(codeIn(mail)) });
  await visit('demo', bindings).get(linkIn(mail));
  await client.post('/sign-in/code', { code: codeIn(mail) });
  for (const path of ['/', '/sign-in', '/sign-in/check-email', '/nothing']) await client.get(path);
  const late = visit('demo', bindings);
  await late.get(linkIn(mail));
  await late.post(`${new URL(linkIn(mail)).pathname}/renewal`);
  await late.post('/sign-in/code', { code: 'AAAAAA' });

  const contacts = '/w/demo/contacts';
  const fields = { name: 'Dora', email: 'dora@acme.test', client: ['Acme Corp', 'Beta GmbH'] };
  const card = (await owner.post(contacts, fields)).headers.get('location') ?? '';
  await owner.post(contacts, fields);
  await owner.post(card, { ...fields, email: 'dora@beta.test' });
  const cursor = btoa(JSON.stringify({ nameKey: 'a', id: 'b' }));
  const older = btoa(JSON.stringify({ at: Date.now(), id: 'b' }));
  for (const path of [
    '/',
    '/workspaces/new',
    '/w/demo',
    '/w/demo/activity',
    `/w/demo/activity?after=${older}`,
    '/w/demo/settings/preferences/clients',
    `${contacts}/new`,
    contacts,
    `${contacts}?q=acme`,
    `${contacts}?access=on`,
    `${contacts}?q=acme&access=off`,
    `${contacts}?q=acme&access=off&after=${cursor}`,
    `${contacts}?access=on&after=${cursor}`,
    `${contacts}?after=${cursor}`,
    card,
    `${card}/edit`,
    `${card}/deletion`,
  ]) {
    expect((await owner.get(path)).status, path).toBeLessThan(400);
  }
  await owner.post(`${card}/portal-access`, { enabled: 'on' });
  await owner.post(`${card}/portal-access`, { enabled: 'off' });
  await owner.post(`${contacts}/${larsAtDemo}/portal-access`, { enabled: 'on' });
  await owner.post(`${contacts}/${larsAtDemo}/invitation`, { message: 'Welcome' });
  await owner.post(`${contacts}/${larsAtDemo}/sign-in-link`);
  await visit('demo', bindings).signInAs(lars);
  await walkAccount(bindings, 'demo', carla);
  const [device] = await rows('SELECT id FROM sessions WHERE contact_id = ?', carlaAtDemo);
  expect(await (await owner.get(`${contacts}/${carlaAtDemo}`)).text()).toContain('Paused until');
  for (const path of ['/w/demo', '/w/demo/activity']) await owner.get(path);
  const revocation = `${contacts}/${carlaAtDemo}/sessions/${device?.id}/revocation`;
  await owner.post(revocation);
  await client.signInAs(carla);
  await expectAnswer(303, client.post('/account/password/removal'));
  await walkAccount(bindings, 'app', rita);
  const member = visit('app', bindings);
  const forRita = linkIn(await member.ask(rita));
  await member.get(forRita);
  await expectAnswer(303, member.post('/account/password/removal'));
  await visit('app', bindings).post(`${new URL(forRita).pathname}/renewal`);
  await member.post('/sign-in/code', { code: codeIn(await member.ask(rita)) });
  expect(await rows('SELECT * FROM passwords')).toEqual([]);

  await owner.post(`${card}/deletion`);
  await owner.post('/w/demo/settings/preferences/clients', { default_portal_access: 'on' });
  await walkBranding(owner, client);
  await owner.post('/workspaces/new', { name: 'Second', slug: 'demo' });
  await owner.post('/workspaces/new', { name: 'Second', slug: 'second' });
  const newcomer = visit('app', bindings);
  const first = linkIn(await newcomer.ask('newowner@fresh.test'));
  await visit('app', bindings).get(first);
  await newcomer.post('/sign-in/code', { code: 'AAAAAA' });
  await newcomer.get(first);
  await visit('app', bindings).post(`${new URL(first).pathname}/renewal`);
  moveClock(hours(2)); // so that both are touched
  await client.get('/');
  await owner.get('/w/demo');
  await client.post('/sign-out');
  await visit('app', bindings).get('/healthz');
  const controller = { scheduledTime: Date.now(), cron: '17 3 * * *', noRetry() {} };
  await worker.scheduled(controller, bindings);
}

/** Brand and logo: kept, shown on both hosts, kept again, removed. */
async function walkBranding(owner: Visitor, client: Visitor): Promise<void> {
  const branding = '/w/demo/settings/branding';
  const form = new FormData();
  form.append('logo', new File([await png()], 'logo.png'));
  const headers = { origin: owner.origin };
  const upload = { method: 'POST', headers, body: form };
  expect((await owner.send(new Request(owner.origin + branding, upload))).status).toBe(303);
  const [row] = await rows('SELECT hash FROM logos');
  for (const visitor of [owner, client]) {
    expect((await visitor.get(`/logo/${row?.hash}`)).status).toBe(200);
  }
  await owner.post('/w/demo/settings/email/sample');
  await owner.get(branding);
  await owner.get(`${branding}/preview/mail`);
  await owner.post(branding, { name: 'Demo Studio' });
  await owner.post(branding, { remove_logo: 'on' });
}
