import type { Context } from 'hono';
import { type Contact, findContact } from '../../../contacts/contacts.ts';
import type { WorkspaceEnv } from '../../../context.ts';

/** The contact that the address names; null when this workspace has none, as for another workspace's contact. */
export function namedContact(c: Context<WorkspaceEnv>): Promise<Contact | null> {
  return findContact(c.var.db, c.var.workspace.id, c.req.param('id') ?? '');
}
