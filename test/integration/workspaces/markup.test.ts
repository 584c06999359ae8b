import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { BRANDING, EVIL, PREVIEWS } from '../../support/branding.ts';
import { carla, demoId, olivia } from '../../support/cast.ts';
import { linkIn } from '../../support/mail.ts';
import { mailbox, visit } from '../../support/visitor.ts';

/** Markup that got into a page as such. */
const RAW = /<script>alert|<img src=x|onerror=alert\(1\)>"/;

describe('markup in the brand: shown as text', () => {
  test('saved: on the sign-in page, in the portal, in the admin, in mails', async () => {
    const admin = await owner();
    expect((await admin.post(BRANDING, { name: EVIL, welcome: EVIL })).status).toBe(303);
    const client = await visit('demo').signInAs(carla);
    const [mail] = await mailbox();
    const shown = [
      await page(visit('demo'), '/sign-in'),
      await page(client, '/'),
      await page(admin, BRANDING),
      await page(admin, '/w/demo'),
      mail?.html ?? '',
    ];
    for (const html of shown) {
      expect(html).toContain('&lt;script>alert(1)');
      expect(html).not.toMatch(RAW);
    }
    expect(mail?.html, 'no style of a tenant’s in a mail').not.toContain('<style');
  });

  test('typed: in the form and in the previews', async () => {
    const admin = await owner();
    const typed = new URLSearchParams({ name: EVIL, welcome: EVIL, accent_color: EVIL });
    for (const path of [BRANDING, ...PREVIEWS.map((of) => `${BRANDING}/preview/${of}`)]) {
      const html = await page(admin, `${path}?${typed}`);
      expect(html, path).toContain('&lt;script>alert(1)');
      expect(html, path).not.toMatch(RAW);
      expect(html, path).toContain('#1f6f5c');
    }
  });
});

test('a brand in D1, and the browser of a request: shown as text everywhere', async () => {
  await env.DB.prepare(
    'UPDATE workspaces SET name = ?, welcome = ?, portal_contact = ? WHERE id = ?',
  )
    .bind(`${EVIL}\r\nBcc: eve@evil.test`, EVIL, `a@b.test?bcc=eve@evil.test${EVIL}`, demoId)
    .run();
  const fresh = { ...env };
  const visitor = visit('demo', fresh);
  const signIn = await page(visitor, '/sign-in');
  expect(signIn).toContain('&lt;script>alert(1)');
  const asked = { headers: { 'user-agent': `Mozilla/5.0 (${EVIL}) ${EVIL}/1.0` } };
  await visitor.post('/sign-in/link', { email: carla }, asked);
  const [mail] = await mailbox();
  expect(mail?.subject).not.toMatch(/[\r\n]/);
  expect(mail?.from.name).not.toMatch(/[\r\n]/);
  const check = await page(visitor, '/sign-in/check-email');
  const confirm = await page(visit('demo', fresh), linkIn(mail));
  const admin = await visit('app', fresh).signInAs(olivia);
  const shown = [signIn, check, confirm, mail?.html ?? RAW.source, await page(admin, '/w/demo')];
  for (const html of shown) {
    expect(html).not.toMatch(RAW);
    expect(html).not.toMatch(/href="mailto:[^"]*[?&]bcc=/);
  }
});
