import { and, asc, count, eq, exists, gt, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { ContactId, WorkspaceId } from '../db/ids.ts';
import { clientCompanies, contactCompanies, contacts } from '../db/schema.ts';
import { nameKeyOf } from './companies.ts';
import { type Contact, contactColumns } from './contacts.ts';

const PAGE_SIZE = 50;

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
