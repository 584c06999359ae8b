import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { BRANDING, demo, WORDS } from '../../support/branding.ts';
import { carla } from '../../support/cast.ts';
import { rows } from '../../support/database.ts';
import { inputAt } from '../../support/html.ts';
import { visit } from '../../support/visitor.ts';

describe('saving', () => {
  test('a brand: shown on the sign-in page, in the portal and in the next mail at once', async () => {
    const admin = await owner();
    const client = await visit('demo').signInAs(carla);
    expect(await page(visit('demo'), '/sign-in')).toContain('Sign in to Demo Studio');
    const saved = await admin.post(BRANDING, WORDS);
    expect([saved.status, saved.headers.get('location')]).toEqual([303, BRANDING]);
    expect(await demo()).toMatchObject({
      name: 'Maren & Söhne',
      accent_color: '#7a3e9d',
      welcome: 'Good to see you.\n\nYour files are inside.',
      portal_contact: 'Hello@maren.test',
      language: 'de',
      time_zone: 'Europe/Berlin',
      logo_hash: null,
    });
    const form = await page(admin, BRANDING);
    expect(form).toContain('Saved.');
    expect(inputAt('name', form)).toContain('value="Maren &amp; Söhne"');
    expect(form).toMatch(/<option [^>]*value="de"[^>]* selected/);

    for (const html of [await page(visit('demo'), '/sign-in'), await page(client, '/')]) {
      expect(html).toContain('Maren &amp; Söhne');
      expect(html).toContain('--accent:#7a3e9d;');
      expect(html).toContain('Good to see you.\n\nYour files are inside.');
      expect(html).toContain('mailto:Hello@maren.test');
    }
    const mail = await visit('demo').ask(carla);
    expect(mail).toMatchObject({
      subject: expect.stringMatching(/ is your code to sign in to Maren & Söhne$/),
      from: { name: 'Maren & Söhne' },
      replyTo: 'Hello@maren.test',
    });
    expect(mail?.html).toContain('background-color:#7a3e9d');
  });

  test('a field that is not sent: stays; a field that no form has: ignored', async () => {
    const admin = await owner();
    const before = await demo();
    await admin.post(BRANDING, {
      name: 'Only the name',
      id: 'x',
      slug: 'rival',
      workspace_id: 'rival',
      default_portal_access: 'on',
      logo_hash: 'a'.repeat(64),
      logo: '/logo/x',
      created_at: '1',
    });
    expect(await demo()).toEqual({ ...before, name: 'Only the name' });
  });

  test('no portal contact: none is shown, and replies are not sent to the owner’s sign-in address', async () => {
    const admin = await owner();
    expect((await admin.post(BRANDING, { portal_contact: '  ' })).status).toBe(303);
    expect(await page(visit('demo'), '/sign-in')).not.toContain('Write to');
    expect((await visit('demo').ask(carla))?.replyTo).toBeNull();
  });

  test('another tenant: unchanged', async () => {
    const rival = "SELECT * FROM workspaces WHERE slug = 'rival'";
    const before = await rows(rival);
    await (await owner()).post(BRANDING, WORDS);
    expect(await rows(rival)).toEqual(before);
    const signIn = await page(visit('rival'), '/sign-in');
    expect(signIn).toContain('Sign in to Rival Works');
    expect(signIn).toContain('--accent:#7a3e9d;');
  });
});

test.each([
  ...['#f80', 'f80', ' #FF8800 ', 'ff8800', 'FF8800'].map((typed) => [
    'accent_color',
    typed,
    '#ff8800',
  ]),
  ...['Berlin', 'berlin', 'europe/berlin'].map((typed) => ['time_zone', typed, 'Europe/Berlin']),
  ...['New York', 'new_york'].map((typed) => ['time_zone', typed, 'America/New_York']),
  ['time_zone', 'São Paulo', 'America/Sao_Paulo'],
  ['time_zone', 'Port au Prince', 'America/Port-au-Prince'],
  ['time_zone', 'kyiv', 'Europe/Kyiv'],
])('%s typed as %j: saved as %s', async (name, typed, kept) => {
  expect((await (await owner()).post(BRANDING, { [name]: typed })).status).toBe(303);
  expect((await demo())[name]).toBe(kept);
});

test('a colour that is none: refused by D1 itself', async () => {
  for (const junk of ['red', '#fff;}body{', '#12345g', '#123456\n', 'url(x)a', '#ABCDEF']) {
    const write = env.DB.prepare('UPDATE workspaces SET accent_color = ?').bind(junk).run();
    await expect(write, junk).rejects.toThrow(/CHECK constraint failed/);
  }
});
