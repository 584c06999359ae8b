import { describe, expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { BRANDING, PREVIEWS, WORDS } from '../../support/branding.ts';
import { rita } from '../../support/cast.ts';
import { dump } from '../../support/database.ts';
import { inputAt } from '../../support/html.ts';
import { mailbox, visit } from '../../support/visitor.ts';

describe('the preview', () => {
  const DRAFT = new URLSearchParams({ ...WORDS, scheme: 'dark' });

  test.each(PREVIEWS)('of %s: shows what is typed, and saves nothing', async (of) => {
    const admin = await owner();
    const before = await dump();
    const html = await page(admin, `${BRANDING}/preview/${of}?${DRAFT}`);
    expect(html).toContain('Maren &amp; Söhne');
    expect(html).toContain('#7a3e9d');
    expect(html).toContain('<body inert');
    expect(html).not.toContain('<script');
    expect(await dump()).toEqual(before);
  });

  test('of a wrong value: shows what is saved', async () => {
    const admin = await owner();
    const typed = new URLSearchParams({ name: ' ', accent_color: 'red', welcome: 'New words' });
    const html = await page(admin, `${BRANDING}/preview/sign-in?${typed}`);
    expect(html).toContain('Sign in to Demo Studio');
    expect(html).toContain('--accent:#1f6f5c;');
    expect(html).toContain('New words');
  });

  test('colour scheme: the one that is asked for, whatever the system prefers', async () => {
    const admin = await owner();
    for (const of of ['sign-in', 'portal']) {
      const [light, dark] = [
        await page(admin, `${BRANDING}/preview/${of}?scheme=light`),
        await page(admin, `${BRANDING}/preview/${of}?scheme=dark`),
      ];
      expect(light).toContain(':root{color-scheme:light;');
      expect(light).toContain('--paper:#faf9f7');
      expect(dark).toContain(':root{color-scheme:dark;');
      expect(dark).toContain('--paper:#161615');
      for (const html of [light, dark])
        expect(html).not.toContain('prefers-color-scheme:dark){:root');
    }
    expect(await page(admin, `${BRANDING}/preview/mail?scheme=dark`)).toContain('invert(');
    expect(await page(admin, `${BRANDING}/preview/mail`)).not.toContain('invert(');
  });

  test('headers: framed by us alone, no scripts, no forms, no requests', async () => {
    const admin = await owner();
    for (const of of PREVIEWS) {
      const { headers } = await admin.get(`${BRANDING}/preview/${of}`);
      const policy = headers.get('content-security-policy') ?? '';
      expect(headers.get('x-frame-options'), of).toBe('SAMEORIGIN');
      for (const rule of ["default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"]) {
        expect(policy, of).toContain(rule);
      }
      expect(policy, of).not.toMatch(/script-src|connect-src|frame-src/);
      expect(policy.includes('sandbox'), of).toBe(of !== 'mail');
      expect(headers.get('cache-control'), of).toBe('no-store');
    }
  });

  test('other pages: may not be framed, and show no frames', async () => {
    const admin = await owner();
    const { id } = (await mailbox())[0] ?? {};
    const framing = [BRANDING, `/dev/mail/${id}`];
    for (const path of [
      ...framing,
      '/w/demo',
      '/w/demo/settings/preferences/clients',
      '/dev/mail',
    ]) {
      const { headers } = await admin.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(headers.get('x-frame-options'), path).toBe('DENY');
      expect(policy, path).toContain("frame-ancestors 'none'");
      const frames = framing.includes(path) ? "'self'" : "'none'";
      expect(policy, path).toContain(`frame-src ${frames}`);
    }
    const signIn = await visit('demo').get('/sign-in');
    expect(signIn.headers.get('content-security-policy')).toContain("frame-src 'none'");
    expect((await admin.get(`${BRANDING}/preview/other`)).status).toBe(404);
  });

  test('without script: the form comes back with what is typed, and with the frames', async () => {
    const admin = await owner();
    const before = await dump();
    const html = await page(admin, `${BRANDING}?${DRAFT}&logo=logo.png`);
    expect(html).toContain('Not saved yet.');
    expect(inputAt('name', html)).toContain('value="Maren &amp; Söhne"');
    const frames = [...html.matchAll(/<iframe [^>]*>/g)].map(([frame]) => frame);
    expect(frames).toHaveLength(3);
    for (const frame of frames) {
      expect(frame).toMatch(/ sandbox[ =>]/);
      expect(frame).not.toContain('allow-');
      expect(frame).toMatch(/src="[^"]*name=Maren\+%26\+S%C3%B6hne[^"]*scheme=dark"/);
    }
    expect(html).toMatch(/value="dark"[^>]* checked/);
    expect(await dump()).toEqual(before);
  });

  test('dark: stays dark after saving, and after a wrong field', async () => {
    const admin = await owner();
    const saved = await admin.post(BRANDING, { name: 'Demo Studio', scheme: 'dark' });
    const next = saved.headers.get('location') ?? '';
    expect(next).toBe(`${BRANDING}?scheme=dark`);
    const wrong = await admin.post(BRANDING, { name: ' ', scheme: 'dark' });
    const form = await page(admin, next);
    for (const html of [form, await wrong.text()]) {
      expect(html).toMatch(/value="dark"[^>]* checked/);
      expect(html).not.toMatch(/value="light"[^>]* checked/);
    }
    expect(form, 'nothing of it is typed').not.toContain('Not saved yet.');
  });

  test('colours: says in words which were corrected', async () => {
    const admin = await owner();
    const words = async (colour: string) => {
      const html = await page(
        admin,
        `${BRANDING}?${new URLSearchParams({ accent_color: colour })}`,
      );
      return /<ul[^>]*id="colours".*?<\/ul>/.exec(html)?.[0].replace(/<[^>]+>/g, ' ') ?? '';
    };
    expect(await words('#ffd400')).toMatch(/with dark text.*light pages: #[0-9a-f]{6}, darker/);
    expect(await words('#ffd400')).toContain('Links on dark pages: as picked.');
    expect(await words('#1f6f5c')).toMatch(
      /white text.*light pages: as picked.*#[0-9a-f]{6}, lighter/,
    );
    expect(await words('red')).toBe(await words('#1f6f5c'));
  });
});

test('another tenant’s member: 404', async () => {
  const rival = await visit('app').signInAs(rita);
  for (const path of [BRANDING, ...PREVIEWS.map((of) => `${BRANDING}/preview/${of}`)]) {
    expect((await rival.get(path)).status, path).toBe(404);
  }
});
