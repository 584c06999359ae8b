import { Hono } from 'hono';
import * as paths from '../../../../ui/paths.ts';
import { actorOf } from '../../../activity/actor.ts';
import { addContact } from '../../../contacts/contacts.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { readForm } from '../../../http/form.ts';
import { accessAllowed } from '../../../workspaces/sign-up-policy.ts';
import { accessFullWords } from './access-full-text.ts';
import { contactDraftOf, contactFormPage, parseContact } from './form.tsx';

/** Adding a contact. */
export const newContact = new Hono<WorkspaceEnv>();

newContact.get('/w/:slug/contacts/new', (c) => {
  const { defaultPortalAccess } = c.var.workspace;
  const draft = { name: '', email: '', client: [], portalAccess: defaultPortalAccess };
  return contactFormPage(c, null, draft);
});

newContact.post('/w/:slug/contacts', async (c) => {
  const { db, workspace, member, now, settings } = c.var;
  const draft = contactDraftOf(await readForm(c), workspace.defaultPortalAccess);
  const parsed = parseContact(draft);
  if (!parsed.ok) return contactFormPage(c, null, draft, { errors: parsed.errors });
  const details = { ...parsed.value, portalAccess: draft.portalAccess };
  const allowed = accessAllowed(settings, member, workspace, now);
  const saved = await addContact(db, workspace.id, details, allowed, actorOf(member), now);
  if (saved.ok) return c.redirect(paths.contact(workspace.slug, saved.id), 303);
  if (saved.why === 'taken') return contactFormPage(c, null, draft, { duplicateOf: saved.other });
  const words = `Nobody was added. ${accessFullWords(allowed, workspace)} Or add the contact without access for now.`;
  return contactFormPage(c, null, draft, { errors: { portal_access: words } });
});
