import { Hono } from 'hono';
import { ContactDeletionPage } from '../../../../ui/pages/admin/contacts/deletion.tsx';
import * as paths from '../../../../ui/paths.ts';
import { contactAccount, deleteContact } from '../../../contacts/contacts.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { refuse } from '../../../http/errors.tsx';
import { leaveFlash } from '../../../http/flash.ts';
import { nonceOf, page } from '../../../http/page.ts';
import { listActiveSessions } from '../../../sessions/list.ts';
import { adminShell } from '../shell.ts';
import { namedContact } from './contact-in-path.ts';

/** Deleting a contact, on a page that says what goes with them. */
export const contactDeletion = new Hono<WorkspaceEnv>();

contactDeletion.get('/w/:slug/contacts/:id/deletion', async (c) => {
  const { db, workspace, now } = c.var;
  const contact = await namedContact(c);
  if (contact === null) return refuse(c, 404);
  const { length } = await listActiveSessions(db, contactAccount(workspace.id, contact), now);
  const props = { nonce: nonceOf(c), shell: adminShell(c, 'contacts'), contact, sessions: length };
  return page(c, <ContactDeletionPage {...props} />);
});

contactDeletion.post('/w/:slug/contacts/:id/deletion', async (c) => {
  const { db, workspace } = c.var;
  const contact = await namedContact(c);
  if (contact === null) return refuse(c, 404);
  await deleteContact(db, workspace.id, contact.id);
  leaveFlash(c, `${contact.name} was deleted.`);
  return c.redirect(paths.contacts(workspace.slug), 303);
});
