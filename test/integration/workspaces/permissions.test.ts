import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { carlaAtDemo, olivia } from '../../support/cast.ts';
import { dump } from '../../support/database.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

// The database refuses a role that there is none of. So for these tests Olivia's membership stands in a table
// without that check: as it would in the database of a later version, while this one still answers.

let guest: Visitor;

beforeEach(async () => {
  guest = await visit('app').signInAs(olivia);
  await env.DB.batch([
    env.DB.prepare('ALTER TABLE memberships RENAME TO kept_memberships'),
    env.DB.prepare(
      "CREATE TABLE memberships AS SELECT member_id, workspace_id, 'guest' AS role, created_at FROM kept_memberships",
    ),
  ]);
});

afterEach(async () => {
  await env.DB.batch([
    env.DB.prepare('DROP TABLE memberships'),
    env.DB.prepare('ALTER TABLE kept_memberships RENAME TO memberships'),
  ]);
});

const PAGES = [
  '/w/demo',
  '/w/demo/contacts',
  `/w/demo/contacts/${carlaAtDemo}`,
  '/w/demo/contacts/new',
  '/w/demo/activity',
  '/w/demo/settings/preferences/clients',
  '/w/demo/settings/branding',
  '/w/demo/settings/email',
];

describe('a member whose role lacks the permission', () => {
  test.each(PAGES)('GET %s: a 403 page in words of its own', async (path) => {
    const response = await guest.get(path);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Your role in this workspace does not allow this.');
  });

  test('a form: 403, and nothing is changed', async () => {
    const before = await dump();
    const path = `/w/demo/contacts/${carlaAtDemo}/portal-access`;
    const response = await guest.post(path, { enabled: 'off' });
    expect(response.status).toBe(403);
    expect(await dump()).toEqual(before);
  });

  test('a script that accepts JSON: 403 as JSON', async () => {
    const headers = { accept: 'application/json' };
    const response = await guest.get('/w/demo/contacts', { headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: 'Your role in this workspace does not allow this. Ask its owner.',
    });
  });

  test('another workspace: not there at all, as for everybody', async () => {
    expect((await guest.get('/w/rival')).status).toBe(404);
  });

  test('their own account: theirs as before', async () => {
    expect((await guest.get('/account/sessions')).status).toBe(200);
  });
});
