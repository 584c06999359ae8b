import { expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { PREFERENCES } from '../../support/contacts.ts';
import { rows } from '../../support/database.ts';

test('preferences: new contacts start as they say, existing ones stay as they are', async () => {
  const admin = await owner();
  const before = await rows('SELECT * FROM contacts ORDER BY id');
  const saved = await admin.post(PREFERENCES, { default_portal_access: 'on', id: 'x', slug: 'x' });
  expect([saved.status, saved.headers.get('location')]).toEqual([303, PREFERENCES]);
  const form = await page(admin, PREFERENCES);
  expect(form).toContain('Saved.');
  expect(form).toMatch(/id="default_portal_access"[^>]* checked/);
  expect(await rows('SELECT * FROM contacts ORDER BY id')).toEqual(before);
  const defaults = 'SELECT slug, default_portal_access AS access FROM workspaces ORDER BY slug';
  expect(await rows(defaults)).toEqual([
    { slug: 'demo', access: 1 },
    { slug: 'rival', access: 0 },
  ]);
  await admin.post(PREFERENCES);
  expect(await page(admin, PREFERENCES)).not.toMatch(/id="default_portal_access"[^>]* checked/);
  expect((await rows(defaults))[0]).toEqual({ slug: 'demo', access: 0 });
});
