import { expect } from 'vitest';
import { carlaAtDemo, olivia } from './cast.ts';
import { rows } from './database.ts';
import { type Fields, type Visitor, visit } from './visitor.ts';

/** Switches Carla's access to the portal of demo; `owner` is signed in as its owner. */
export async function setAccess(owner: Visitor, enabled: 'on' | 'off'): Promise<void> {
  const card = `/w/demo/contacts/${carlaAtDemo}/portal-access`;
  expect((await owner.post(card, { enabled })).status).toBe(303);
}

/** A contact of demo with access, added by its owner; returns the contact's id. */
export async function addClient(email: string, owner?: Visitor): Promise<string> {
  const by = owner ?? (await visit('app').signInAs(olivia));
  const fields = { name: 'Dora', email, portal_access: 'on' };
  const added = await by.post('/w/demo/contacts', fields);
  return added.headers.get('location')?.split('/').at(-1) ?? '';
}

/** Gives Carla at demo another address; `owner` is signed in as the owner of demo. */
export function changeCarlaEmail(owner: Visitor, email: string): Promise<Response> {
  return owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'Carla C', email });
}

export const CONTACTS = '/w/demo/contacts';
export const PREFERENCES = '/w/demo/settings/preferences/clients';
export const DORA = { name: 'Dora Designer', email: 'Dora@Acme.test' };

/** Adds a contact to demo; returns the path of its card. */
export async function addContact(visitor: Visitor, fields: Fields): Promise<string> {
  const response = await visitor.post(CONTACTS, fields);
  expect(response.status).toBe(303);
  return response.headers.get('location') ?? '';
}

/** The row of a contact. */
export async function stored(email: string): Promise<Record<string, unknown> | undefined> {
  const [contact] = await rows('SELECT * FROM contacts WHERE email = ?', email);
  return contact;
}

/** The names of a contact’s companies, in their order. */
export async function companiesOf(email: string): Promise<unknown[]> {
  const found = await rows(
    `SELECT client_companies.name FROM contacts
     JOIN contact_companies ON contact_companies.contact_id = contacts.id
     JOIN client_companies ON client_companies.id = contact_companies.company_id
     WHERE contacts.email = ? ORDER BY position`,
    email,
  );
  return found.map(({ name }) => name);
}
