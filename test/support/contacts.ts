import { expect } from 'vitest';
import { rows } from './database.ts';
import type { Fields, Visitor } from './visitor.ts';

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
