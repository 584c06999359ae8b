import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { isSlug } from '../../../worker/values/slug.ts';
import { owner, page } from '../../support/admin.ts';
import { nobody } from '../../support/cast.ts';
import { dump, rows } from '../../support/database.ts';
import { attribute } from '../../support/html.ts';
import { linkIn } from '../../support/mail.ts';
import { type Fields, visit } from '../../support/visitor.ts';

const NEW_OWNER = 'newowner@fresh.test';

describe('opening a workspace', () => {
  const open: Env = { ...env, SIGN_UP: 'open' };

  test('sign-up closed: OWNER_EMAIL may, a stranger gets no mail and leaves no trace', async () => {
    const before = await dump();
    expect(await visit('app').ask(nobody)).toBeUndefined();
    expect(await dump()).toEqual(before);
    // nor does the address of OWNER_EMAIL mean anything at a portal
    expect(await visit('demo').ask(NEW_OWNER)).toBeUndefined();

    const founder = await visit('app').signInAs(NEW_OWNER);
    expect((await founder.get('/')).headers.get('location')).toBe('/workspaces/new');
    expect(await page(founder, '/workspaces/new')).toContain('Open your workspace');
    const opened = await founder.post('/workspaces/new', { name: 'Fresh Design', slug: ' Fresh ' });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/w/fresh']);
    expect(await page(founder, '/w/fresh')).toContain('http://fresh.portal.localhost');
    expect(await page(visit('fresh'), '/sign-in')).toContain('Sign in to Fresh Design');
    expect((await founder.get('/w/demo')).status).toBe(404);
    const owners = await rows(
      `SELECT email, role, portal_contact FROM memberships
       JOIN members ON members.id = member_id JOIN workspaces ON workspaces.id = workspace_id
       WHERE slug = 'fresh'`,
    );
    expect(owners).toEqual([{ email: NEW_OWNER, role: 'owner', portal_contact: '' }]);
  });

  test('sign-up open: a proven address becomes a member, and no earlier', async () => {
    const visitor = visit('app', open);
    const mail = await visitor.ask(nobody);
    expect(mail?.to).toBe(nobody);
    expect(await rows('SELECT 1 FROM members WHERE email = ?', nobody)).toEqual([]);
    await visitor.get(linkIn(mail));
    expect(await rows('SELECT 1 FROM members WHERE email = ?', nobody)).toHaveLength(1);
    expect((await visitor.post('/workspaces/new', { name: 'N', slug: 'nobodys' })).status).toBe(
      303,
    );
  });

  test('a second workspace of an owner: the admin host asks which', async () => {
    const admin = await owner();
    expect((await admin.get('/')).headers.get('location')).toBe('/w/demo');
    await admin.post('/workspaces/new', { name: 'Second Studio', slug: 'second' });
    const choice = await page(admin, '/');
    for (const words of ['Demo Studio', 'Second Studio', 'second.portal.localhost', '/w/second']) {
      expect(choice).toContain(words);
    }
    expect(choice).not.toContain('Rival Works');
    expect(await page(admin, '/w/demo')).toContain('Switch workspace');
    expect((await admin.get('/w/second')).status).toBe(200);
  });

  test.each(['app', 'www', 'admin', 'api', 'mail', 'sign-in', 'localhost'])(
    'the reserved address %s: 422 with free ones',
    async (slug) => {
      await expectRefused({ name: 'Fresh Design', slug }, 'This address is reserved.', true);
    },
  );

  test.each([
    'xn--dem-0na',
    'ab--cd',
    'ab',
    'a'.repeat(41),
    '-demo',
    'demo-',
    'de.mo',
    'd\u0435mo',
    '<script>',
  ])('the malformed address %j: 422 with free ones', async (slug) => {
    await expectRefused({ name: 'Fresh Design', slug }, 'Use 3 to 40 small letters', true);
  });

  test.each(['demo', 'DEMO', ' demo '])(
    'the taken address %j: 422 with free ones',
    async (slug) => {
      await expectRefused({ name: 'Fresh Design', slug }, 'This address is taken.', true);
    },
  );

  test('without an address typed: a free one is filled in, to accept', async () => {
    await expectRefused(
      { name: 'Zoë & Söhne', slug: '' },
      'Is this address right?',
      false,
      'zoe-sohne',
    );
    await expectRefused({ name: 'Demo' }, 'Is this address right?', false, 'demo-studio');
    await expectRefused({ name: '日本' }, 'Use 3 to 40 small letters', false, '');
  });

  test('without a name, or with one that reverses the writing direction: 422', async () => {
    await expectRefused({ name: ' ', slug: 'fresh' }, 'Type your business’s name.', false, 'fresh');
    const name = 'Fresh \u202engiseD';
    await expectRefused({ name, slug: 'fresh' }, 'invisible control characters', false, 'fresh');
  });

  test('the same address ten times at once: one workspace, one membership', async () => {
    const admin = await owner();
    const fields = { name: 'Race', slug: 'race' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => admin.post('/workspaces/new', fields)),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(9);
    expect(await rows(`SELECT 1 FROM workspaces WHERE slug = 'race'`)).toHaveLength(1);
    expect(await rows('SELECT 1 FROM memberships')).toHaveLength(3);
  });

  /** Posts the form; expects the words, an alternative offered, the slug in its field, nothing stored. */
  async function expectRefused(
    fields: Fields,
    words: string,
    alternatives: boolean,
    filledIn?: string,
  ): Promise<void> {
    const admin = await owner();
    const before = await dump();
    const response = await admin.post('/workspaces/new', fields);
    const form = await response.text();
    expect(response.status).toBe(422);
    expect(form).toContain(words);
    const offered = [...form.matchAll(/<span data-slug[^>]*>([^<]+)</g)].map(
      ([, free = '']) => free,
    );
    expect(offered.length > 0, 'alternatives').toBe(alternatives);
    const taken = (await rows('SELECT slug FROM workspaces')).map(({ slug }) => slug);
    expect(offered.filter((free) => !isSlug(free) || taken.includes(free))).toEqual([]);
    if (filledIn !== undefined) {
      const input = /<input[^>]*name="slug"[^>]*>/.exec(form)?.[0] ?? '';
      expect(/value="([^"]*)"/.exec(input)?.[1] ?? '').toBe(filledIn);
    }
    const name = String(fields.name).trim();
    if (name !== '') expect(form).toContain(attribute(name));
    expect(await dump()).toEqual(before);
  }
});
