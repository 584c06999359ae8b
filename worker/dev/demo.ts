import { nameKeyOf } from '../contacts/companies.ts';
import { deriveKeyring, type Keyring } from '../crypto/keyring.ts';
import { derivePeppers } from '../crypto/pepper.ts';
import type { CompanyId } from '../db/ids.ts';
import {
  activity,
  clientCompanies,
  contacts,
  magicLinks,
  mails,
  passwords,
  sessions,
  tries,
} from '../db/schema.ts';
import { addressKeyOf } from '../sign-in/address-key.ts';
import { days } from '../values/duration.ts';
import { storedEmail } from '../values/email-address.ts';
import { type History, startHistory, WORKSPACE } from './demo/contact-rows.ts';
import { insertText, textOf } from './demo/insert.ts';
import { PEOPLE } from './demo/people.ts';
import { take } from './demo/steps.ts';

/** SESSION_SECRET and PASSWORD_PEPPER, as .dev.vars has them. */
export type DemoSecrets = { sessionSecret: string; passwordPepper: string };

/**
 * Returns SQL that adds contacts and some weeks of activity before `now` to a workspace of seed.sql. Ids are fixed, so that
 * a second run adds nothing. A contact of the workspace who has one of the addresses is left as it is.
 */
export async function demoSql(now: number, secrets: DemoSecrets): Promise<string> {
  const [keyring, peppers] = await Promise.all([
    deriveKeyring([firstOf(secrets.sessionSecret)]),
    derivePeppers([firstOf(secrets.passwordPepper)]),
  ]);
  const histories = await Promise.all(
    PEOPLE.map(async (person, position) => {
      const addressKey = await keyOf(keyring, person.email);
      const start = { now, addressKey, pepper: peppers.current.id, position };
      const history = startHistory(person, start);
      for (const step of person.story) take(history, step);
      return history;
    }),
  );
  return [...companiesOf(histories), ...histories.flatMap(statementsOf)].join('\n');
}

/** The secret in use, of a list for rotation. */
function firstOf(list: string): string {
  return list.split(',')[0]?.trim() ?? '';
}

function keyOf(keyring: Keyring, email: string): Promise<string> {
  // the key of an address depends on the workspace, not on the origin
  const realm = { kind: 'portal', workspace: WORKSPACE, origin: '' } as const;
  return addressKeyOf(keyring, realm, storedEmail(email));
}

function companiesOf(histories: History[]): string[] {
  const createdAt = new Map<string, number>();
  for (const { companies, contact } of histories) {
    for (const name of companies) {
      createdAt.set(name, Math.min(contact.createdAt, createdAt.get(name) ?? contact.createdAt));
    }
  }
  return [...createdAt].map(([name, at], position) => {
    const id = `00000000-0000-4000-8000-dec0${String(position).padStart(8, '0')}` as CompanyId;
    const row = { id, workspaceId: WORKSPACE, name, nameKey: nameKeyOf(name), createdAt: at };
    return insertText(clientCompanies, row);
  });
}

/** The statement that joins a contact to a company, found by name, because an existing one has another id. */
function joinCompany({ contact }: History, name: string, position: number): string {
  return `INSERT INTO contact_companies (workspace_id, contact_id, company_id, position)
SELECT contacts.workspace_id, contacts.id, client_companies.id, ${position} FROM contacts JOIN client_companies USING (workspace_id)
WHERE contacts.id = ${textOf(contact.id)} AND client_companies.name_key = ${textOf(nameKeyOf(name))} ON CONFLICT DO NOTHING;`;
}

/** The rows of one contact: all of them, or none if another contact has the address. */
function statementsOf(history: History): string[] {
  const { contact, now, password, wrongPasswords } = history;
  const isThere = `EXISTS (SELECT 1 FROM contacts WHERE id = ${textOf(contact.id)})`;
  // the nightly sweep deletes older ones
  const recent = history.magicLinks.filter(({ requestedAt }) => requestedAt > now - days(1));
  return [
    insertText(contacts, contact),
    ...history.companies.map((name, position) => joinCompany(history, name, position)),
    ...history.sessions.map((row) => insertText(sessions, row, isThere)),
    ...(password === null ? [] : [insertText(passwords, password, isThere)]),
    ...history.mails.map((row) => insertText(mails, row, isThere)),
    ...recent.map((row) => insertText(magicLinks, row, isThere)),
    ...history.activity.map((row) => insertText(activity, row, isThere)),
    ...(wrongPasswords === null ? [] : [insertText(tries, wrongPasswords, isThere)]),
  ];
}
