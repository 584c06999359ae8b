import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { BRANDING, demo } from '../../support/branding.ts';
import { carla, carlaAtDemo, demoId, olivia } from '../../support/cast.ts';
import { dump } from '../../support/database.ts';
import { attribute, errorAt } from '../../support/html.ts';
import { INVITATION, invitations } from '../../support/invitations.ts';
import { mailbox, visit } from '../../support/visitor.ts';

const open: Env = { ...env, SIGN_UP: 'open' };

/** Each with the part of it that is an address. */
const HOSTILE = [
  ['Claim $500: https://evil.example', 'https://evil.example'],
  ['Invoice at evil.example/pay', 'evil.example/pay'],
  ['Pay at evil[.]example', 'evil.example'],
  ['evil .example', 'evil.example'],
  ['evil。example', 'evil.example'],
  ['x@evil.example', 'x@evil.example'],
  ['Booking.com GmbH', 'Booking.com'],
] as const;

// attack row 38
describe('a business name that reads as an address', () => {
  test.each(HOSTILE)(
    'opening a workspace named %j: 422, and all that was typed is kept',
    async (name, part) => {
      const founder = await visit('app', open).signInAs('stranger@elsewhere.test');
      const before = await dump();
      const response = await founder.post('/workspaces/new', { name, slug: 'claim-now' });
      const form = await response.text();
      expect(response.status).toBe(422);
      expect(errorAt('name', form)).toMatch(/^“.*” reads as a web or email address\. /);
      expect(errorAt('name', form)).toContain(`“${part}”`);
      expect(form).toContain(attribute(name));
      expect(form).toContain(attribute('claim-now'));
      expect(await dump()).toEqual(before);
    },
  );

  test.each(HOSTILE)('branding %j: 422, and the saved name stays', async (name) => {
    const admin = await owner();
    const before = await demo();
    const response = await admin.post(BRANDING, { name, welcome: 'Typed' });
    const form = await response.text();
    expect(response.status).toBe(422);
    expect(errorAt('name', form)).toMatch(/reads as a web or email address/);
    expect(form).toContain(attribute(name));
    expect(form).toContain('>Typed</textarea>');
    expect(await demo()).toEqual(before);
  });

  test.each(['Fre\u200bsh', 'Fresh\u2060 Design', 'Fre\u00adsh', '\u3164'])(
    'a name with something invisible, %j: 422',
    async (name) => {
      const admin = await owner();
      const form = await (await admin.post('/workspaces/new', { name, slug: 'fresh' })).text();
      expect(errorAt('name', form)).toBe('Please leave out invisible characters.');
    },
  );

  test.each(['Acme Inc.', 'J.R. Smith', 'Dr.Web', 'Node.js Consulting', 'Studio 1.5', 'Studio ❤️'])(
    'the honest name %j: opens, and stands in subject and sender',
    async (name) => {
      const admin = await owner();
      expect((await admin.post(BRANDING, { name })).status).toBe(303);
      expect(await visit('demo').ask(carla)).toMatchObject({
        subject: expect.stringContaining(name),
        from: { name },
      });
      expect((await admin.post('/workspaces/new', { name, slug: 'fresh' })).status).toBe(303);
    },
  );
});

describe('a name that was stored before names were checked', () => {
  async function store(name: string): Promise<void> {
    await env.DB.prepare('UPDATE workspaces SET name = ? WHERE id = ?').bind(name, demoId).run();
  }

  test.each([
    ...HOSTILE.map(([name]) => name),
    'evil\u200b.example',
    '\u200b',
    'evil.\u202eexample',
  ])('%j: every mail says the slug in its place', async (name) => {
    await store(name);
    await visit('demo').ask(carla);
    const admin = await owner();
    await admin.post(INVITATION);
    await admin.post('/w/demo/settings/email/sample');
    const mails = (await mailbox()).filter(({ from }) => from.name !== 'Latchkey');
    expect(mails).toHaveLength(3);
    for (const { from, subject, text, html } of mails) {
      expect(from.name).toBe('demo');
      expect(subject).toMatch(/\bdemo\b/);
      expect(subject + text + html).not.toMatch(/evil|Booking|\$500/);
    }
    expect(await page(admin, '/w/demo/settings/email')).toContain('demo &lt;portal@');
  });

  test('invisible characters in it: left out', async () => {
    await store('De\u200bmo\u2060 Studio');
    expect(await visit('demo').ask(carla)).toMatchObject({ from: { name: 'Demo Studio' } });
  });

  test('Home says which name mails have, and where to change it', async () => {
    const words = 'Mails come from “demo”';
    const admin = await owner();
    expect(await page(admin, '/w/demo')).not.toContain(words);
    await store('Claim at evil.example');
    expect(await page(admin, '/w/demo')).toContain(words);
  });
});

test('names of contacts and companies: in no mail, so an honest client may be Booking.com', async () => {
  const admin = await owner();
  const fields = { name: 'Eve https://evil.example', email: carla, client: ['Booking.com'] };
  expect((await admin.post(`/w/demo/contacts/${carlaAtDemo}`, fields)).status).toBe(303);
  await admin.post(INVITATION);
  await visit('demo').signInAs(carla);
  const mails = await mailbox();
  expect(mails.filter(({ to }) => to === carla)).toHaveLength(2);
  expect(JSON.stringify(mails)).not.toMatch(/evil|Booking/);
});

describe('a portal contact', () => {
  const REVOKED = 'If you still need access, write to the person who invited you.';

  test('a new workspace has none: the founder’s sign-in address is on no page and in no mail', async () => {
    const admin = await owner();
    await admin.post('/workspaces/new', { name: 'Fresh Design', slug: 'fresh' });
    expect(await page(admin, '/w/fresh')).toContain('Your clients see no address to write to.');
    expect(await page(admin, '/w/fresh/settings/email')).toContain('Replies do not reach you');
    const added = await admin.post('/w/fresh/contacts', {
      name: 'Nora',
      email: 'nora@acme.test',
      portal_access: 'on',
    });
    const card = added.headers.get('location') ?? '';
    await admin.post(`${card}/invitation`, { message: 'Welcome' });
    const client = await visit('fresh').signInAs('nora@acme.test');
    const shown = [await page(client, '/'), await page(visit('fresh'), '/sign-in')];
    const mails = (await mailbox()).filter(({ to }) => to === 'nora@acme.test');
    expect(mails.map(({ replyTo }) => replyTo)).toEqual([null, null]);
    await admin.post(`${card}/portal-access`, { enabled: 'off' });
    const revoked = await client.get('/');
    expect(revoked.status).toBe(403);
    shown.push(await revoked.text(), JSON.stringify(mails));
    for (const text of shown) expect(text).not.toContain(olivia);
    expect(shown[2]).toContain(REVOKED);
    expect((await invitations()).at(0)?.text).not.toContain('Questions?');
  });

  test('one that is set: shown, replies reach it, and Home is content', async () => {
    const admin = await owner();
    expect(await page(admin, '/w/demo')).not.toContain('no address to write to');
    expect((await visit('demo').ask(carla))?.replyTo).toBe('hello@demo.test');
  });
});
