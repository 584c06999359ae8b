import { Hono } from 'hono';
import * as paths from '../../../../ui/paths.ts';
import { editContact } from '../../../contacts/contacts.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { refuse } from '../../../http/errors.tsx';
import { leaveFlash } from '../../../http/flash.ts';
import { readForm } from '../../../http/form.ts';
import { namedContact } from './contact-in-path.ts';
import { contactDraftOf, contactFormPage, parseContact } from './form.tsx';

/** Changing what is known of a contact. */
export const contactEdit = new Hono<WorkspaceEnv>();

contactEdit.get('/w/:slug/contacts/:id/edit', async (c) => {
  const contact = await namedContact(c);
  if (contact === null) return refuse(c, 404);
  const { name, email, companies, portalAccess } = contact;
  return contactFormPage(c, contact, { name, email, client: companies, portalAccess });
});

contactEdit.post('/w/:slug/contacts/:id', async (c) => {
  const { db, workspace, now } = c.var;
  const contact = await namedContact(c);
  if (contact === null) return refuse(c, 404);
  const draft = contactDraftOf(await readForm(c), contact.portalAccess);
  const parsed = parseContact(draft);
  if (!parsed.ok) return contactFormPage(c, contact, draft, { errors: parsed.errors });
  const saved = await editContact(db, workspace.id, contact.id, parsed.value, now);
  if (!saved.ok) return contactFormPage(c, contact, draft, { duplicateOf: saved.other });
  leaveFlash(c, 'Saved.');
  return c.redirect(paths.contact(workspace.slug, contact.id), 303);
});
