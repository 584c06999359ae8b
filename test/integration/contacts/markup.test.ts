import { expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { EVIL } from '../../support/branding.ts';
import { addContact, CONTACTS } from '../../support/contacts.ts';
import { visit } from '../../support/visitor.ts';

const RAW = /<script>alert|<img src=x|onerror=alert\(1\)>"/;

test('markup in names, companies and searches: text in the admin and in the portal', async () => {
  const admin = await owner();
  const card = await addContact(admin, {
    name: EVIL,
    email: "a&b'c@evil.test",
    client: EVIL,
    portal_access: 'on',
  });
  const client = await visit('demo').signInAs("a&b'c@evil.test");
  const pages = [
    card,
    `${card}/edit`,
    `${card}/deletion`,
    CONTACTS,
    `${CONTACTS}/new`,
    `${CONTACTS}?${new URLSearchParams({ q: '<script>alert(1)</script>' })}`,
    '/w/demo',
    '/w/demo/activity',
  ];
  for (const path of pages) {
    const html = await page(admin, path);
    expect(html, path).not.toMatch(RAW);
    expect(html, path).toContain('&lt;script>alert(1)');
  }
  const portal = await page(client, '/');
  expect(portal).not.toMatch(RAW);
  expect(portal).toContain('&lt;script>alert(1)');
  const duplicate = await admin.post(CONTACTS, { name: EVIL, email: "a&b'c@evil.test" });
  expect(await duplicate.text()).not.toMatch(RAW);
  await admin.post(`${card}/deletion`);
  const flash = await page(admin, CONTACTS);
  expect(flash).toContain('&lt;script>alert(1)');
  expect(flash).not.toMatch(RAW);
});
