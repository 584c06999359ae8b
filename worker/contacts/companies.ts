import { and, asc, eq, notExists, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type CompanyId, type ContactId, newId, type WorkspaceId } from '../db/ids.ts';
import { clientCompanies, contactCompanies, contacts } from '../db/schema.ts';

/** What names are compared and sorted by: case and compatibility forms don't count. Give it a text of bounded length. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** The names of a workspace's client companies, for suggestions. */
export async function companySuggestions(db: Db, workspace: WorkspaceId): Promise<string[]> {
  const rows = await db
    .select({ name: clientCompanies.name })
    .from(clientCompanies)
    .where(eq(clientCompanies.workspaceId, workspace))
    .orderBy(asc(clientCompanies.nameKey))
    .limit(200);
  return rows.map((row) => row.name);
}

/**
 * The statements that make these the companies of a contact: companies are created when new, found by
 * name otherwise, and dropped when nobody belongs to them any more. For the batch that saves the contact.
 */
export function setCompanies(
  db: Db,
  workspace: WorkspaceId,
  contact: ContactId,
  names: string[],
  now: number,
) {
  const leave = db
    .delete(contactCompanies)
    .where(
      and(eq(contactCompanies.workspaceId, workspace), eq(contactCompanies.contactId, contact)),
    );
  return [
    ...createCompanies(db, workspace, names, now),
    leave,
    ...joinCompanies(db, workspace, contact, names),
    dropEmpty(db, workspace),
  ] as const;
}

function createCompanies(db: Db, workspace: WorkspaceId, names: string[], now: number) {
  return names.map((name) =>
    db
      .insert(clientCompanies)
      .values({
        id: newId<CompanyId>(),
        workspaceId: workspace,
        name,
        nameKey: nameKeyOf(name),
        createdAt: now,
      })
      .onConflictDoNothing(),
  );
}

/** The statements that join a contact to companies, found by name, in the order of the names. */
function joinCompanies(db: Db, workspace: WorkspaceId, contact: ContactId, names: string[]) {
  const byName = (name: string) =>
    and(eq(clientCompanies.workspaceId, workspace), eq(clientCompanies.nameKey, nameKeyOf(name)));
  return names.map((name, position) =>
    db.insert(contactCompanies).select(
      db
        .select({
          workspaceId: sql<WorkspaceId>`${clientCompanies.workspaceId}`.as('workspace_id'),
          contactId: sql<ContactId>`${contact}`.as('contact_id'),
          companyId: sql<CompanyId>`${clientCompanies.id}`.as('company_id'),
          position: sql<number>`${position}`.as('position'),
        })
        .from(clientCompanies)
        // joined, so that a contact deleted meanwhile gets no companies instead of an error
        .innerJoin(
          contacts,
          and(eq(contacts.workspaceId, clientCompanies.workspaceId), eq(contacts.id, contact)),
        )
        .where(byName(name)),
    ),
  );
}

/** The statement that drops companies without contacts. */
export function dropEmpty(db: Db, workspace: WorkspaceId) {
  const somebody = db
    .select({ one: sql`1` })
    .from(contactCompanies)
    .where(eq(contactCompanies.companyId, clientCompanies.id));
  return db
    .delete(clientCompanies)
    .where(and(eq(clientCompanies.workspaceId, workspace), notExists(somebody)));
}
