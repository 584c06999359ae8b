import { and, count, eq, exists, ne, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivityFrom } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { companyNames } from '../db/company-names.ts';
import { type ContactId, newId, type WorkspaceId } from '../db/ids.ts';
import { contacts } from '../db/schema.ts';
import type { Allowed } from '../limits/allowance.ts';
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
  | { ok: false; why: 'taken'; other: { id: ContactId; name: string } };

/** `too-many`: as many contacts have access as are allowed. */
export type AddContactResult = SaveResult | { ok: false; why: 'too-many' };

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

/**
 * Adds a contact. Nothing is mailed.
 * @param allowed how many contacts of the workspace may have access
 */
export async function addContact(
  db: Db,
  workspace: WorkspaceId,
  details: ContactDetails & { portalAccess: boolean },
  allowed: Allowed | null,
  actor: Actor,
  now: number,
): Promise<AddContactResult> {
  const other = await holderOf(db, workspace, details.email);
  if (other !== null) return { ok: false, why: 'taken', other };
  const id = newId<ContactId>();
  const add = db.insert(contacts).values({
    id,
    workspaceId: workspace,
    ...columnsOf(details),
    portalAccess: details.portalAccess,
    createdAt: now,
    updatedAt: now,
  });
  const isLimited = details.portalAccess && allowed !== null;
  // in the same transaction, so parallel requests cannot exceed what is allowed
  const takeBack = isLimited ? [removeBeyond(db, workspace, id, allowed.most)] : [];
  const subject = { workspace, contact: id, actor };
  const added = { from: contacts, where: byId(workspace, id) };
  // a millisecond later, so that the timeline has it after "added"
  const afterwards = now + 1;
  try {
    await db.batch([
      add,
      ...takeBack,
      ...setCompanies(db, workspace, id, details.companies, now),
      recordActivityFrom(db, { kind: 'contact_added', ...subject }, added, now),
      ...(details.portalAccess
        ? [recordActivityFrom(db, { kind: 'access_on', ...subject }, added, afterwards)]
        : []),
    ]);
  } catch (error) {
    const other = await raced(db, workspace, details.email, error);
    // the batch was done, and only its answer was lost
    return other.id === id ? { ok: true, id } : { ok: false, why: 'taken', other };
  }
  const isTakenBack = isLimited && (await findContact(db, workspace, id)) === null;
  return isTakenBack ? { ok: false, why: 'too-many' } : { ok: true, id };
}

/** The statement that removes a new contact again, if more than `most` of its workspace have access. */
function removeBeyond(db: Db, workspace: WorkspaceId, id: ContactId, most: number) {
  return db
    .delete(contacts)
    .where(and(byId(workspace, id), sql`(${countWithAccess(db, workspace)}) > ${most}`));
}

/** The statement that counts the contacts with access. Use it where they are limited: it reads a row for each. */
export function countWithAccess(db: Db, workspace: WorkspaceId) {
  return db
    .select({ count: count() })
    .from(contacts)
    .where(and(eq(contacts.workspaceId, workspace), eq(contacts.portalAccess, true)));
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
  if (other !== null && other.id !== id) return { ok: false, why: 'taken', other };
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
    return { ok: false, why: 'taken', other: holder };
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
