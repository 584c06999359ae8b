import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../worker/values/duration.ts';
import { isSlug } from '../../../worker/values/slug.ts';
import {
  carla,
  carlaAtDemo,
  carlaAtRival,
  demoId,
  lars,
  larsAtDemo,
  nobody,
  olivia,
  rita,
  robAtRival,
} from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, rows } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { type Fields, mailbox, type Visitor, visit } from '../../support/visitor.ts';

const CONTACTS = '/w/demo/contacts';
const PREFERENCES = '/w/demo/settings/preferences/clients';
const DORA = { name: 'Dora Designer', email: 'Dora@Acme.test' };
const NEW_OWNER = 'newowner@fresh.test';

function owner(): Promise<Visitor> {
  return visit('app').signInAs(olivia);
}

async function page(visitor: Visitor, path: string): Promise<string> {
  const response = await visitor.get(path);
  expect(response.status, path).toBe(200);
  return response.text();
}

/** Adds a contact to demo; returns the path of its card. */
async function add(visitor: Visitor, fields: Fields): Promise<string> {
  const response = await visitor.post(CONTACTS, fields);
  expect(response.status).toBe(303);
  return response.headers.get('location') ?? '';
}

async function stored(email: string): Promise<Record<string, unknown> | undefined> {
  const [contact] = await rows('SELECT * FROM contacts WHERE email = ?', email);
  return contact;
}

async function companiesOf(email: string): Promise<unknown[]> {
  const found = await rows(
    `SELECT client_companies.name FROM contacts
     JOIN contact_companies ON contact_companies.contact_id = contacts.id
     JOIN client_companies ON client_companies.id = contact_companies.company_id
     WHERE contacts.email = ? ORDER BY position`,
    email,
  );
  return found.map(({ name }) => name);
}

describe('adding a contact', () => {
  test.each<['on' | 'off', string | string[] | null, number]>([
    ['off', null, 0],
    ['on', null, 1],
    ['off', 'on', 1],
    ['on', 'off', 0],
    ['off', ['off', 'on'], 1],
    ['on', ['off'], 0],
    ['on', 'yes please', 1],
    ['off', 'yes please', 0],
  ])('default %s, portal_access %j: stored as %i', async (preference, access, expected) => {
    const desk = await owner();
    await desk.post(PREFERENCES, preference === 'on' ? { default_portal_access: 'on' } : {});
    const mails = (await mailbox()).length;
    const card = await add(desk, access === null ? DORA : { ...DORA, portal_access: access });
    expect(await stored('Dora@acme.test')).toMatchObject({
      workspace_id: demoId,
      name: 'Dora Designer',
      email_key: 'dora@acme.test',
      portal_access: expected,
      link_epoch: 0,
    });
    expect(await page(desk, card)).toContain(`aria-checked="${expected === 1}"`);
    expect((await mailbox()).length, 'nothing is mailed').toBe(mails);
    const mail = await visit('demo').ask('dora@acme.test');
    expect(mail?.to).toBe(expected === 1 ? 'Dora@acme.test' : undefined);
  });

  test('with several companies: kept in order, once each, known ones found by name', async () => {
    const desk = await owner();
    const client = ['Zeta', ' acme corp ', 'ZETA', '', 'Beta GmbH'];
    const card = await add(desk, { ...DORA, client });
    expect(await companiesOf('Dora@acme.test')).toEqual(['Zeta', 'Acme Corp', 'Beta GmbH']);
    expect(await page(desk, card)).toContain('Zeta, Acme Corp and Beta GmbH');
    const names = await rows('SELECT name FROM client_companies ORDER BY name');
    expect(names.map(({ name }) => name)).toEqual(['Acme Corp', 'Beta GmbH', 'Zeta']);
  });

  test('with an address that somebody has: says who, keeps what was typed, adds nothing', async () => {
    const desk = await owner();
    const before = await dump();
    const response = await desk.post(CONTACTS, {
      name: 'Another Carla',
      email: ' CLIENT@Demo.TEST ',
      client: ['Gamma'],
      portal_access: 'on',
    });
    const form = await response.text();
    expect(response.status).toBe(422);
    expect(form).toContain('Carla Client already has this address.');
    expect(form).toContain(`href="${CONTACTS}/${carlaAtDemo}"`);
    for (const typed of ['Another Carla', ' CLIENT@Demo.TEST ', 'Gamma']) {
      expect(form).toContain(`value="${typed}"`);
    }
    expect(await dump()).toEqual(before);
  });

  test('ten times at once: one contact', async () => {
    const desk = await owner();
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk.post(CONTACTS, DORA)));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([303, ...Array.from({ length: 9 }, () => 422)]);
    expect(await rows('SELECT 1 FROM contacts WHERE email_key = ?', 'dora@acme.test')).toHaveLength(
      1,
    );
  });

  test.each<[string, Fields, string]>([
    ['no name', { name: '  ' }, 'Type a name.'],
    ['a name of 121', { name: 'n'.repeat(121) }, 'At most 120 characters'],
    ['a name with a bidi mark', { name: 'Carla\u202e' }, 'leave out invisible control characters'],
    ['a name with a line break', { name: 'Car\nla' }, 'leave out invisible control characters'],
    ['two names', { name: ['Carla', 'Eve'] }, 'Type a name.'],
    ['no address', { email: '' }, 'Type an email address.'],
    ['a list of addresses', { email: 'a@x.test,b@x.test' }, 'does not look like one email address'],
    ['two addresses', { email: ['a@x.test', 'b@x.test'] }, 'Type an email address.'],
    ['a company of 121', { client: ['c'.repeat(121)] }, 'At most 120 characters'],
    ['eleven companies', { client: [...'abcdefghijk'] }, 'At most 10 companies'],
  ])(
    'with %s: 422, the message, everything typed kept, nothing stored',
    async (_what, wrong, words) => {
      const desk = await owner();
      const before = await dump();
      const typed: Fields = { ...DORA, client: ['Acme "Corp"'], portal_access: 'on', ...wrong };
      const response = await desk.post(CONTACTS, typed);
      const form = await response.text();
      expect(response.status).toBe(422);
      expect(form).toContain(words);
      expect(form).toContain('aria-invalid="true"');
      for (const value of [typed.name, typed.email, ...[typed.client ?? []].flat()]) {
        if (typeof value === 'string' && value.trim() !== '')
          expect(form).toContain(attribute(value));
      }
      expect(form).toMatch(/<input type="checkbox" id="portal_access"[^>]* checked/);
      expect(await dump()).toEqual(before);
    },
  );

  test('with fields that no form has: they are ignored', async () => {
    const desk = await owner();
    await add(desk, {
      ...DORA,
      id: carlaAtRival,
      workspace_id: 'rival',
      workspaceId: 'rival',
      link_epoch: '7',
      role: 'owner',
      email_key: carla,
      created_at: '1',
    });
    expect(await stored('Dora@acme.test')).toMatchObject({
      workspace_id: demoId,
      link_epoch: 0,
      email_key: 'dora@acme.test',
    });
    expect(await stored('Dora@acme.test')).not.toMatchObject({ id: carlaAtRival });
    expect(await rows('SELECT 1 FROM memberships')).toHaveLength(2);
  });
});

describe('editing a contact', () => {
  const CARLA = { name: 'Carla Client', email: carla, client: 'Acme Corp' };

  test('a new address kills links and codes under way; the old one is nobody’s', async () => {
    const desk = await owner();
    const asker = visit('demo');
    const mail = await asker.ask(carla);
    const card = `${CONTACTS}/${carlaAtDemo}`;
    expect((await desk.post(card, { ...CARLA, email: 'Carla@New.test' })).status).toBe(303);

    expect(await stored('Carla@new.test')).toMatchObject({ id: carlaAtDemo, link_epoch: 1 });
    expect((await asker.get(linkIn(mail))).status).toBe(410);
    expect((await asker.post('/sign-in/code', { code: codeIn(mail) })).status).toBe(422);
    expect(await rows('SELECT 1 FROM sessions WHERE contact_id = ?', carlaAtDemo)).toEqual([]);
    expect(await visit('demo').ask(carla)).toBeUndefined();
    expect((await visit('demo').ask('carla@new.test'))?.to).toBe('Carla@new.test');
  });

  test('the same address in other letters, or another name, leaves links working', async () => {
    const desk = await owner();
    const asker = visit('demo');
    const mail = await asker.ask(carla);
    await desk.post(`${CONTACTS}/${carlaAtDemo}`, { name: 'Carla C.', email: 'Client@DEMO.test' });
    expect(await stored('Client@demo.test')).toMatchObject({ name: 'Carla C.', link_epoch: 0 });
    expect((await asker.get(linkIn(mail))).status).toBe(303);
  });

  test('companies that nobody belongs to any more are gone', async () => {
    const desk = await owner();
    await desk.post(`${CONTACTS}/${carlaAtDemo}`, { ...CARLA, client: ['Globex', 'Initech'] });
    expect(await companiesOf(carla)).toEqual(['Globex', 'Initech']);
    await desk.post(`${CONTACTS}/${carlaAtDemo}`, { ...CARLA, client: 'Initech' });
    const names = await rows('SELECT name FROM client_companies');
    expect(names).toEqual([{ name: 'Initech' }]);
  });

  test('to another’s address: says whose, changes nothing', async () => {
    const desk = await owner();
    const before = await dump();
    const response = await desk.post(`${CONTACTS}/${carlaAtDemo}`, { ...CARLA, email: lars });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('Lars Locked already has this address.');
    expect(await dump()).toEqual(before);
  });

  test('access is not a field of this form, nor is anything else', async () => {
    const desk = await owner();
    const extra = { portal_access: 'on', enabled: 'on', workspace_id: 'rival', link_epoch: '9' };
    await desk.post(`${CONTACTS}/${larsAtDemo}`, { name: 'Lars L.', email: lars, ...extra });
    expect(await stored(lars)).toMatchObject({
      name: 'Lars L.',
      portal_access: 0,
      workspace_id: demoId,
      link_epoch: 0,
    });
  });
});

test('deleting a contact: asked first, then gone with sessions, history and company', async () => {
  const desk = await owner();
  const client = await visit('demo').signInAs(carla);
  const mail = await visit('demo').ask(carla);
  const path = `${CONTACTS}/${carlaAtDemo}/deletion`;
  expect(await page(desk, path)).toContain('1 session will end at once');
  expect((await client.get('/')).status, 'asking deletes nothing').toBe(200);

  const deleted = await desk.post(path);
  expect([deleted.status, deleted.headers.get('location')]).toEqual([303, CONTACTS]);
  expect(await page(desk, CONTACTS)).toContain('Carla Client was deleted.');
  expect((await client.get('/')).status).toBe(303);
  expect((await visit('demo').get(linkIn(mail))).status).toBe(404);
  expect((await desk.get(`${CONTACTS}/${carlaAtDemo}`)).status).toBe(404);
  const { d1 } = await dump();
  for (const table of ['contacts', 'sessions', 'activity', 'contact_companies']) {
    expect(JSON.stringify(d1[table]), table).not.toContain(carlaAtDemo);
  }
  expect(d1.client_companies).toEqual([]);
  expect(JSON.stringify(d1.contacts), 'the same address at the other tenant').toContain(
    carlaAtRival,
  );
});

describe('the list of contacts', () => {
  /** 120 more: ten of each name, so that pages end in the middle of equal names. */
  async function addMany(): Promise<void> {
    await env.DB.batch(
      Array.from({ length: 120 }, (_each, at) => {
        const name = `Person ${String(at % 12).padStart(2, '0')}`;
        return env.DB.prepare(
          `INSERT INTO contacts (id, workspace_id, name, name_key, email, email_key, portal_access,
             created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)`,
        ).bind(
          `id-${at}`,
          demoId,
          name,
          name.toLowerCase(),
          `p${at}@many.test`,
          `p${at}@many.test`,
          at % 3 === 0 ? 1 : 0,
        );
      }),
    );
  }

  /** Every address on every page, following "Show more". */
  async function walk(visitor: Visitor, from: string): Promise<{ pages: number; found: string[] }> {
    const found: string[] = [];
    let path: string | undefined = from;
    let pages = 0;
    while (path !== undefined && pages < 10) {
      const html = await page(visitor, path);
      pages++;
      found.push(
        ...[...html.matchAll(/<span class="soft small">([^<]+@[^<]+)<\/span>\s*<\/td>/g)].map(
          ([, email = '']) => email,
        ),
      );
      path = /<a class="button quiet" href="([^"]+)">\s*Show more/
        .exec(html)?.[1]
        ?.replaceAll('&amp;', '&');
    }
    return { pages, found };
  }

  test('122 of them over three pages: each exactly once, by name, none of another tenant', async () => {
    await addMany();
    const desk = await owner();
    const { pages, found } = await walk(desk, CONTACTS);
    expect(pages).toBe(3);
    expect(found).toHaveLength(122);
    expect(new Set(found).size).toBe(122);
    expect(found.slice(0, 2)).toEqual([carla, lars]);
    expect(found).not.toContain('client@rival.test');
    expect(await page(desk, CONTACTS)).toContain('122 contacts');
  });

  test('filtered by access and searched, over pages as well', async () => {
    await addMany();
    const desk = await owner();
    const on = await walk(desk, `${CONTACTS}?access=on`);
    expect(new Set(on.found).size).toBe(41);
    expect(on.found).toHaveLength(41);
    const off = await walk(desk, `${CONTACTS}?q=many.test&access=off`);
    expect(off.pages).toBe(2);
    expect(new Set(off.found).size).toBe(80);
    expect(off.found).toHaveLength(80);
  });

  test.each<[string, string[]]>([
    ['carla', [carla]],
    ['CARLA cl', [carla]],
    ['client@', [carla]],
    ['acme', [carla]],
    ['ACME corp', [carla]],
    ['demo.test', [carla, lars]],
    ['  lars  ', [lars]],
    ['rival', []],
    ['%', []],
    ['_', []],
    ['\\', []],
    ["' OR 1=1 --", []],
    ['nobody', []],
  ])('a search for %j finds %j', async (q, emails) => {
    const desk = await owner();
    const { found } = await walk(desk, `${CONTACTS}?${new URLSearchParams({ q })}`);
    expect(found).toEqual(emails);
  });

  test('a cursor that is junk is the first page', async () => {
    const desk = await owner();
    for (const after of ['x', '%', btoa('[]'), btoa('{"nameKey":1,"id":2}')]) {
      const { found } = await walk(desk, `${CONTACTS}?${new URLSearchParams({ after })}`);
      expect(found, after).toEqual([carla, lars]);
    }
  });
});

test('preferences: new contacts start as they say, existing ones stay as they are', async () => {
  const desk = await owner();
  const before = await rows('SELECT * FROM contacts ORDER BY id');
  const saved = await desk.post(PREFERENCES, { default_portal_access: 'on', id: 'x', slug: 'x' });
  expect([saved.status, saved.headers.get('location')]).toEqual([303, PREFERENCES]);
  const form = await page(desk, PREFERENCES);
  expect(form).toContain('Saved.');
  expect(form).toMatch(/id="default_portal_access"[^>]* checked/);
  expect(await rows('SELECT * FROM contacts ORDER BY id')).toEqual(before);
  const defaults = 'SELECT slug, default_portal_access AS access FROM workspaces ORDER BY slug';
  expect(await rows(defaults)).toEqual([
    { slug: 'demo', access: 1 },
    { slug: 'rival', access: 0 },
  ]);
  await desk.post(PREFERENCES);
  expect(await page(desk, PREFERENCES)).not.toMatch(/id="default_portal_access"[^>]* checked/);
  expect((await rows(defaults))[0]).toEqual({ slug: 'demo', access: 0 });
});

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
    expect(owners).toEqual([{ email: NEW_OWNER, role: 'owner', portal_contact: NEW_OWNER }]);
  });

  test('sign-up open: anybody who proves an address, and only then are they a member', async () => {
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

  test('an owner opens a second, and then chooses', async () => {
    const desk = await owner();
    expect((await desk.get('/')).headers.get('location')).toBe('/w/demo');
    await desk.post('/workspaces/new', { name: 'Second Door', slug: 'second' });
    const choice = await page(desk, '/');
    for (const words of ['Demo Studio', 'Second Door', 'second.portal.localhost', '/w/second']) {
      expect(choice).toContain(words);
    }
    expect(choice).not.toContain('Rival Works');
    expect(await page(desk, '/w/demo')).toContain('Switch workspace');
    expect((await desk.get('/w/second')).status).toBe(200);
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

  test('without a name, or with one that turns the writing direction: 422', async () => {
    await expectRefused({ name: ' ', slug: 'fresh' }, 'Type your business’s name.', false, 'fresh');
    const name = 'Fresh \u202engiseD';
    await expectRefused({ name, slug: 'fresh' }, 'invisible control characters', false, 'fresh');
  });

  test('the same address ten times at once: one workspace, one membership', async () => {
    const desk = await owner();
    const fields = { name: 'Race', slug: 'race' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => desk.post('/workspaces/new', fields)),
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
    const desk = await owner();
    const before = await dump();
    const response = await desk.post('/workspaces/new', fields);
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

describe('the other tenant', () => {
  test('its contacts by id on one’s own desk: 404 whatever is done to them, nothing changed', async () => {
    const rival = await visit('app').signInAs(rita);
    const before = await dump();
    for (const id of [carlaAtDemo, larsAtDemo, 'nowhere', "' OR 1=1 --"]) {
      const card = `/w/rival/contacts/${encodeURIComponent(id)}`;
      const fields = { name: 'Mine', email: 'mine@evil.test', enabled: 'on', workspace_id: demoId };
      for (const path of [card, `${card}/edit`, `${card}/deletion`]) {
        expect((await rival.get(path)).status, path).toBe(404);
      }
      for (const path of [card, `${card}/portal-access`, `${card}/deletion`]) {
        expect((await rival.post(path, fields)).status, path).toBe(404);
        const json = { headers: { accept: 'application/json' } };
        expect((await rival.post(path, fields, json)).status, path).toBe(404);
      }
    }
    expect(await dump()).toEqual(before);
    expect((await rival.get(`/w/rival/contacts/${robAtRival}`)).status, 'the control').toBe(200);
  });

  test('the same address there is another contact: switching one leaves the other', async () => {
    const rival = await visit('app').signInAs(rita);
    const path = `/w/rival/contacts/${carlaAtRival}/portal-access`;
    expect((await rival.post(path, { enabled: 'on' })).status).toBe(303);
    expect(
      await rows('SELECT id, portal_access FROM contacts WHERE email = ? ORDER BY id', carla),
    ).toEqual([
      { id: carlaAtDemo, portal_access: 1 },
      { id: carlaAtRival, portal_access: 1 },
    ]);
    const client = await visit('demo').signInAs(carla);
    await rival.post(path, { enabled: 'off' });
    expect((await client.get('/')).status).toBe(200);
  });
});

describe('Home', () => {
  test('shows the address to share, a button for one’s site, who came in', async () => {
    await visit('demo').signInAs(carla);
    const desk = await owner();
    const home = await page(desk, '/w/demo');
    expect(home).toContain('value="http://demo.portal.localhost"');
    expect(home).toContain('&lt;a href=&quot;http://demo.portal.localhost&quot;');
    expect(home).toContain('1 of 2 contacts can sign in.');
    expect(home).toMatch(new RegExp(`href="${CONTACTS}/${carlaAtDemo}">Carla Client</a>`));
    expect(home).toContain('by link');
    expect(home).toContain('Nothing at the moment.');
    const rival = await page(await visit('app').signInAs(rita), '/w/rival');
    expect(rival).toContain('Nobody yet');
    expect(rival).not.toContain('demo');
  });

  test('says who asked and did not come in, until they do', async () => {
    const desk = await owner();
    await visit('demo').ask(carla);
    expect(await page(desk, '/w/demo'), 'a link that still works is no news').toContain(
      'Nothing at the moment.',
    );
    moveClock(minutes(11));
    expect(await page(desk, '/w/demo')).toContain('Asked for a link and has not come in since.');
    await visit('demo').signInAs(carla);
    expect(await page(desk, '/w/demo')).toContain('Nothing at the moment.');
  });

  test('says who typed too many wrong codes', async () => {
    const asker = visit('demo');
    const code = codeIn(await asker.ask(carla));
    const wrong = code === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
    for (let guess = 0; guess < 6; guess++) await asker.post('/sign-in/code', { code: wrong });
    const desk = await owner();
    expect(await page(desk, '/w/demo')).toContain('Typed too many wrong codes.');
    moveClock(hours(24 * 8));
    const later = await owner();
    expect(await page(later, '/w/demo'), 'a week is enough').toContain('Nothing at the moment.');
  });
});

describe('what others wrote is text, wherever it is shown', () => {
  const EVIL = `</title></style><script>alert(1)</script><img src=x onerror=alert(1)>"'&`;
  const RAW = /<script>alert|<img src=x|onerror=alert\(1\)>"/;

  test('names, companies and searches on the desk and in the portal', async () => {
    const desk = await owner();
    const card = await add(desk, {
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
      const html = await page(desk, path);
      expect(html, path).not.toMatch(RAW);
      expect(html, path).toContain('&lt;script>alert(1)');
    }
    const portal = await page(client, '/');
    expect(portal).not.toMatch(RAW);
    expect(portal).toContain('&lt;script>alert(1)');
    const duplicate = await desk.post(CONTACTS, { name: EVIL, email: "a&b'c@evil.test" });
    expect(await duplicate.text()).not.toMatch(RAW);
    await desk.post(`${card}/deletion`);
    const flash = await page(desk, CONTACTS);
    expect(flash).toContain('&lt;script>alert(1)');
    expect(flash).not.toMatch(RAW);
  });

  test('the brand, at the door and in the mail; the browser of who asked', async () => {
    await env.DB.prepare(
      'UPDATE workspaces SET name = ?, welcome = ?, portal_contact = ? WHERE id = ?',
    )
      .bind(`${EVIL}\r\nBcc: eve@evil.test`, EVIL, `a@b.test?bcc=eve@evil.test${EVIL}`, demoId)
      .run();
    const fresh = { ...env };
    const visitor = visit('demo', fresh);
    const door = await page(visitor, '/sign-in');
    expect(door).toContain('&lt;script>alert(1)');
    const asked = { headers: { 'user-agent': `Mozilla/5.0 (${EVIL}) ${EVIL}/1.0` } };
    await visitor.post('/sign-in/link', { email: carla }, asked);
    const [mail] = await mailbox();
    expect(mail?.subject).not.toMatch(/[\r\n]/);
    expect(mail?.from.name).not.toMatch(/[\r\n]/);
    const check = await page(visitor, '/sign-in/check-email');
    const confirm = await page(visit('demo', fresh), linkIn(mail));
    const desk = await visit('app', fresh).signInAs(olivia);
    const shown = [door, check, confirm, mail?.html ?? RAW.source, await page(desk, '/w/demo')];
    for (const html of shown) {
      expect(html).not.toMatch(RAW);
      expect(html).not.toMatch(/href="mailto:[^"]*[?&]bcc=/);
    }
  });
});

/** A value as it stands in an attribute of a page. */
function attribute(value: string): string {
  return `value="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`;
}
