import { and, eq, exists, ne, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivity } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { companyNames } from '../db/company-names.ts';
import { type ContactId, newId, type WorkspaceId } from '../db/ids.ts';
import { contacts } from '../db/schema.ts';
import { forgetPassword } from '../passwords/passwords.ts';
import { endActiveSessions } from '../sessions/end.ts';
import type { Email } from '../values/email-address.ts';
import { dropEmpty, nameKeyOf, setCompanies } from './companies.ts';
import type { ContactDetails } from './details.ts';

export type Contact = {
  id: ContactId;
  name: string;
  email: string;
  companies: string[];
  portalAccess: boolean;
  lastSeenAt: number | null;
  createdAt: number;
};

/** A contact's columns, for any query over `contacts`. */
export const contactColumns = {
  id: contacts.id,
  name: contacts.name,
  email: contacts.email,
  companies: companyNames,
  portalAccess: contacts.portalAccess,
  lastSeenAt: contacts.lastSeenAt,
  createdAt: contacts.createdAt,
};

/** `other`: the contact of the workspace that has the address already. */
export type SaveResult =
  | { ok: true; id: ContactId }
  | { ok: false; other: { id: ContactId; name: string } };

/** A contact as an account that signs in. */
export function contactAccount(workspace: WorkspaceId, { id }: { id: ContactId }) {
  return { kind: 'contact', workspace, id } as const;
}

/** One contact of a workspace; null when the workspace has none of that id. */
export async function findContact(
  db: Db,
  workspace: WorkspaceId,
  id: string,
): Promise<Contact | null> {
  const [contact] = await db.select(contactColumns).from(contacts).where(byId(workspace, id));
  return contact ?? null;
}

/** Adds a contact. Nothing is mailed. */
export async function addContact(
  db: Db,
  workspace: WorkspaceId,
  details: ContactDetails & { portalAccess: boolean },
  actor: Actor,
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
  const subject = { workspace, contact: id, actor };
  // a millisecond later, so that the timeline has it after "added"
  const afterwards = now + 1;
  try {
    await db.batch([
      add,
      ...setCompanies(db, workspace, id, details.companies, now),
      recordActivity(db, { kind: 'contact_added', ...subject }, now),
      ...(details.portalAccess
        ? [recordActivity(db, { kind: 'access_on', ...subject }, afterwards)]
        : []),
    ]);
  } catch (error) {
    const other = await raced(db, workspace, details.email, error);
    // the batch was done, and only its answer was lost
    return other.id === id ? { ok: true, id } : { ok: false, other };
  }
  return { ok: true, id };
}

/**
 * Changes the details of a contact. A new address is another mailbox, perhaps another person's: it ends the sessions,
 * deletes the password and raises the epoch, so that links and codes mailed to the old address are void.
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
  const account = contactAccount(workspace, { id });
  const isMoving = addressDiffers(db, workspace, id, details.email);
  const moved = sql`CASE WHEN ${contacts.emailKey} = ${details.email.key} THEN 0 ELSE 1 END`;
  try {
    await db.batch([
      endActiveSessions(db, account, 'address-changed', now, isMoving),
      forgetPassword(db, account, isMoving),
      db
        .update(contacts)
        .set({
          ...columnsOf(details),
          linkEpoch: sql`${contacts.linkEpoch} + ${moved}`,
          updatedAt: now,
        })
        .where(byId(workspace, id)),
      ...setCompanies(db, workspace, id, details.companies, now),
    ]);
  } catch (error) {
    const holder = await raced(db, workspace, details.email, error);
    if (holder.id === id) throw error;
    return { ok: false, other: holder };
  }
  return { ok: true, id };
}

/** Deletes a contact with its sessions and its activity. Its cookies and links are refused from the next request on. */
export async function deleteContact(db: Db, workspace: WorkspaceId, id: ContactId): Promise<void> {
  await db.batch([db.delete(contacts).where(byId(workspace, id)), dropEmpty(db, workspace)]);
}

function byId(workspace: WorkspaceId, id: string): SQL | undefined {
  return and(eq(contacts.workspaceId, workspace), eq(contacts.id, id as ContactId));
}

/** A condition: the contact has another address than the one to be saved. */
function addressDiffers(db: Db, workspace: WorkspaceId, id: ContactId, email: Email): SQL {
  const elsewhere = and(byId(workspace, id), ne(contacts.emailKey, email.key));
  return exists(db.select({ one: sql`1` }).from(contacts).where(elsewhere));
}

function columnsOf({ name, email }: ContactDetails) {
  return { name, nameKey: nameKeyOf(name), email: email.address, emailKey: email.key };
}

async function holderOf(db: Db, workspace: WorkspaceId, email: Email) {
  const [holder] = await db
    .select({ id: contacts.id, name: contacts.name })
    .from(contacts)
    .where(and(eq(contacts.workspaceId, workspace), eq(contacts.emailKey, email.key)));
  return holder ?? null;
}

/**
 * The holder of an address that the unique index refused, because it was saved after `holderOf` looked. Throws `error`
 * when nobody holds it.
 */
async function raced(db: Db, workspace: WorkspaceId, email: Email, error: unknown) {
  const holder = await holderOf(db, workspace, email);
  if (holder === null) throw error;
  return holder;
}
