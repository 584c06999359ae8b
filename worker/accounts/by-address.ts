import { and, eq, ne, notExists, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { contacts, members } from '../db/schema.ts';
import type { Email } from '../values/email-address.ts';
import { mailboxOf } from '../values/mailbox.ts';

/**
 * A condition: the contact of an address in a workspace. That is the one with exactly this address, otherwise the only one
 * with its mailbox. Of two others with the mailbox it is neither (decision 0028).
 */
export function contactByAddress(db: Db, workspace: WorkspaceId, email: Email): SQL | undefined {
  const other = alias(contacts, 'other');
  const mailbox = mailboxOf(email);
  const inMailbox = and(eq(other.workspaceId, workspace), eq(other.mailboxKey, mailbox));
  const another = db
    .select({ one: sql`1` })
    .from(other)
    .where(and(inMailbox, ne(other.id, contacts.id)));
  return and(
    eq(contacts.workspaceId, workspace),
    eq(contacts.mailboxKey, mailbox),
    or(eq(contacts.emailKey, email.key), notExists(another)),
  );
}

/** The same for a member. */
export function memberByAddress(db: Db, email: Email): SQL | undefined {
  const other = alias(members, 'other');
  const mailbox = mailboxOf(email);
  const another = db
    .select({ one: sql`1` })
    .from(other)
    .where(and(eq(other.mailboxKey, mailbox), ne(other.id, members.id)));
  return and(
    eq(members.mailboxKey, mailbox),
    or(eq(members.emailKey, email.key), notExists(another)),
  );
}
