import { describe, expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { carla, carlaAtDemo, carlaAtRival, demoId } from '../../support/cast.ts';
import {
  addContact,
  CONTACTS,
  companiesOf,
  DORA,
  PREFERENCES,
  stored,
} from '../../support/contacts.ts';
import { dump, rows } from '../../support/database.ts';
import { attribute } from '../../support/html.ts';
import { type Fields, mailbox, visit } from '../../support/visitor.ts';

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
    const admin = await owner();
    await admin.post(PREFERENCES, preference === 'on' ? { default_portal_access: 'on' } : {});
    const mails = (await mailbox()).length;
    const card = await addContact(
      admin,
      access === null ? DORA : { ...DORA, portal_access: access },
    );
    expect(await stored('Dora@acme.test')).toMatchObject({
      workspace_id: demoId,
      name: 'Dora Designer',
      email_key: 'dora@acme.test',
      portal_access: expected,
      link_epoch: 0,
    });
    expect(await page(admin, card)).toContain(`aria-checked="${expected === 1}"`);
    expect((await mailbox()).length, 'nothing is mailed').toBe(mails);
    const mail = await visit('demo').ask('dora@acme.test');
    expect(mail?.to).toBe(expected === 1 ? 'Dora@acme.test' : undefined);
  });

  test('with several companies: kept in order, once each, known ones found by name', async () => {
    const admin = await owner();
    const client = ['Zeta', ' acme corp ', 'ZETA', '', 'Beta GmbH'];
    const card = await addContact(admin, { ...DORA, client });
    expect(await companiesOf('Dora@acme.test')).toEqual(['Zeta', 'Acme Corp', 'Beta GmbH']);
    expect(await page(admin, card)).toContain('Zeta, Acme Corp and Beta GmbH');
    const names = await rows('SELECT name FROM client_companies ORDER BY name');
    expect(names.map(({ name }) => name)).toEqual(['Acme Corp', 'Beta GmbH', 'Zeta']);
  });

  test('with an address that is taken: names its contact, keeps what was typed', async () => {
    const admin = await owner();
    const before = await dump();
    const response = await admin.post(CONTACTS, {
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
    const admin = await owner();
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin.post(CONTACTS, DORA)));
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
      const admin = await owner();
      const before = await dump();
      const typed: Fields = { ...DORA, client: ['Acme "Corp"'], portal_access: 'on', ...wrong };
      const response = await admin.post(CONTACTS, typed);
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
    const admin = await owner();
    await addContact(admin, {
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
