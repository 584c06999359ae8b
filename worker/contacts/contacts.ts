import { and, asc, count, eq, exists, gt, or, type SQL, sql } from 'drizzle-orm';
import { record } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { companyNames } from '../db/company-names.ts';
import { type ContactId, type MemberId, newId, type WorkspaceId } from '../db/ids.ts';
import { clientCompanies, contactCompanies, contacts } from '../db/schema.ts';
import type { Email } from '../mail/address.ts';
import { endIfMoving } from '../sessions/end.ts';
import { dropEmpty, nameKeyOf, setCompanies } from './companies.ts';

export type Contact = {
  id: ContactId;
  name: string;
  email: string;
  companies: string[];
  portalAccess: boolean;
  lastSeenAt: number | null;
  createdAt: number;
};

/** What a freelancer says of a contact. */
export type ContactDetails = { name: string; email: Email; companies: string[] };

/** An address belongs to one contact of a workspace; `other` is the one that has it already. */
export type SaveResult =
  | { ok: true; id: ContactId }
  | { ok: false; other: { id: ContactId; name: string } };

export const PAGE_SIZE = 50;

/** Where a page of contacts ends and the next begins: the sort key of the last one shown. */
export type Cursor = { nameKey: string; id: string };
export type Filter = { q: string; access: 'on' | 'off' | null; after: Cursor | null };
export type Page = { contacts: Contact[]; next: Cursor | null; total: number };

/** One page of contacts by name. `total` counts all that match, on whichever page. */
export async function listContacts(db: Db, workspace: WorkspaceId, filter: Filter): Promise<Page> {
  const matching = and(
    eq(contacts.workspaceId, workspace),
    filter.access === null ? undefined : eq(contacts.portalAccess, filter.access === 'on'),
    filter.q === '' ? undefined : mentions(db, filter.q),
  );
  const [rows, [counted]] = await db.batch([
    db
      .select({ ...contactColumns, nameKey: contacts.nameKey })
      .from(contacts)
      .where(and(matching, beyond(filter.after)))
      .orderBy(asc(contacts.nameKey), asc(contacts.id))
      .limit(PAGE_SIZE + 1),
    db.select({ total: count() }).from(contacts).where(matching),
  ]);
  const shown = rows.slice(0, PAGE_SIZE);
  const last = rows.length > PAGE_SIZE ? shown.at(-1) : undefined;
  return {
    contacts: shown.map(({ nameKey: _nameKey, ...contact }) => contact),
    next: last === undefined ? null : { nameKey: last.nameKey, id: last.id },
    total: counted?.total ?? 0,
  };
}

/** The statement that counts a workspace's contacts, and those with access. */
export function countContacts(db: Db, workspace: WorkspaceId) {
  return db
    .select({
      contacts: count(),
      withAccess: sql<number>`coalesce(sum(${contacts.portalAccess}), 0)`,
    })
    .from(contacts)
    .where(eq(contacts.workspaceId, workspace));
}

/** One contact of a workspace; null when there is none, or when it is another workspace's. */
export async function findContact(
  db: Db,
  workspace: WorkspaceId,
  id: string,
): Promise<Contact | null> {
  const [contact] = await contactQuery(db, workspace, id);
  return contact ?? null;
}

/** The statement behind `findContact`, for a page that asks more in the same batch. */
export function contactQuery(db: Db, workspace: WorkspaceId, id: string) {
  return db.select(contactColumns).from(contacts).where(isContact(workspace, id));
}

/** Adds a contact. Nothing is mailed. */
export async function addContact(
  db: Db,
  workspace: WorkspaceId,
  details: ContactDetails & { portalAccess: boolean },
  by: MemberId,
  now: number,
): Promise<SaveResult> {
  const other = await holderOf(db, workspace, details.email);
  if (other !== null) return { ok: false, other };
  const id = newId<ContactId>();
  const add = db.insert(contacts).values({
    id,
    workspaceId: workspace,
    ...columnsOf(details),
    portalAccess: details.portalAccess,
    createdAt: now,
    updatedAt: now,
  });
  const told = { workspace, contact: id, member: by };
  try {
    await db.batch([
      add,
      ...setCompanies(db, workspace, id, details.companies, now),
      record(db, { kind: 'contact_added', ...told }, now),
      ...(details.portalAccess ? [record(db, { kind: 'access_on', ...told }, now + 1)] : []),
    ]);
  } catch (error) {
    return raced(db, workspace, details.email, error);
  }
  return { ok: true, id };
}

/**
 * Changes what is known of a contact. A changed address is another mailbox, perhaps another person's: it
 * ends the sessions and raises the epoch, so that links and codes mailed to the old one are dead.
 */
export async function editContact(
  db: Db,
  workspace: WorkspaceId,
  id: ContactId,
  details: ContactDetails,
  now: number,
): Promise<SaveResult> {
  const other = await holderOf(db, workspace, details.email);
  if (other !== null && other.id !== id) return { ok: false, other };
  const moved = sql`CASE WHEN ${contacts.emailKey} = ${details.email.key} THEN 0 ELSE 1 END`;
  try {
    await db.batch([
      endIfMoving(db, workspace, id, details.email, now),
      db
        .update(contacts)
        .set({
          ...columnsOf(details),
          linkEpoch: sql`${contacts.linkEpoch} + ${moved}`,
          updatedAt: now,
        })
        .where(isContact(workspace, id)),
      ...setCompanies(db, workspace, id, details.companies, now),
    ]);
  } catch (error) {
    return raced(db, workspace, details.email, error);
  }
  return { ok: true, id };
}

/** Deletes a contact with its sessions and its history: whatever it held is dead at the next request. */
export async function deleteContact(
  db: Db,
  workspace: WorkspaceId,
  id: ContactId,
): Promise<boolean> {
  const [deleted] = await db.batch([
    db.delete(contacts).where(isContact(workspace, id)).returning({ id: contacts.id }),
    dropEmpty(db, workspace),
  ]);
  return deleted.length > 0;
}

const contactColumns = {
  id: contacts.id,
  name: contacts.name,
  email: contacts.email,
  companies: companyNames,
  portalAccess: contacts.portalAccess,
  lastSeenAt: contacts.lastSeenAt,
  createdAt: contacts.createdAt,
};

function isContact(workspace: WorkspaceId, id: string): SQL | undefined {
  return and(eq(contacts.workspaceId, workspace), eq(contacts.id, id as ContactId));
}

function columnsOf({ name, email }: ContactDetails) {
  return { name, nameKey: nameKeyOf(name), email: email.address, emailKey: email.key };
}

function beyond(after: Cursor | null): SQL | undefined {
  if (after === null) return undefined;
  const sameName = and(eq(contacts.nameKey, after.nameKey), gt(contacts.id, after.id as ContactId));
  return or(gt(contacts.nameKey, after.nameKey), sameName);
}

/** Matches a part of the name, the address or a company's name. Not LIKE: D1 refuses long patterns. */
function mentions(db: Db, q: string): SQL | undefined {
  const key = nameKeyOf(q);
  const company = db
    .select({ one: sql`1` })
    .from(contactCompanies)
    .innerJoin(clientCompanies, eq(clientCompanies.id, contactCompanies.companyId))
    .where(
      and(
        eq(contactCompanies.contactId, contacts.id),
        sql`instr(${clientCompanies.nameKey}, ${key}) > 0`,
      ),
    );
  return or(
    sql`instr(${contacts.nameKey}, ${key}) > 0`,
    sql`instr(${contacts.emailKey}, ${key}) > 0`,
    exists(company),
  );
}

async function holderOf(db: Db, workspace: WorkspaceId, email: Email) {
  const [holder] = await db
    .select({ id: contacts.id, name: contacts.name })
    .from(contacts)
    .where(and(eq(contacts.workspaceId, workspace), eq(contacts.emailKey, email.key)));
  return holder ?? null;
}

/** Somebody saved the same address between our look and our write: the unique index said so. */
async function raced(
  db: Db,
  workspace: WorkspaceId,
  email: Email,
  error: unknown,
): Promise<SaveResult> {
  const other = await holderOf(db, workspace, email);
  if (other === null) throw error;
  return { ok: false, other };
}
