import { Hono } from 'hono';
import * as v from 'valibot';
import { ContactsPage } from '../../../../ui/pages/admin/contacts/list.tsx';
import * as paths from '../../../../ui/paths.ts';
import { addContact } from '../../../contacts/contacts.ts';
import { listContacts } from '../../../contacts/list.ts';
import type { AppEnv } from '../../../context.ts';
import { readCursor, writeCursor } from '../../../http/cursor.ts';
import { readForm } from '../../../http/form.ts';
import { nonceOf, page } from '../../../http/page.ts';
import { adminShell } from '../shell.ts';
import { contactDraftOf, contactFormPage, parseContact, readAccess } from './form.tsx';

/** The list of contacts, and adding one. */
export const contacts = new Hono<AppEnv>();

const Cursor = v.object({ nameKey: v.string(), id: v.string() });
const LONGEST_SEARCH = 100;

contacts.get('/w/:slug/contacts', async (c) => {
  const { db, workspace, now } = c.var;
  const q = (c.req.query('q') ?? '').trim().slice(0, LONGEST_SEARCH);
  const access = readAccess(c.req.query('access') ?? '');
  const after = readCursor(Cursor, c.req.query('after'));
  const found = await listContacts(db, workspace.id, { q, access, after });
  const query = { q, ...(access === null ? {} : { access }) };
  const nextPage =
    found.next === null
      ? null
      : paths.contacts(workspace.slug, { ...query, after: writeCursor(found.next) });
  const props = { query, contacts: found.contacts, nextPage, total: found.total, now };
  return page(c, <ContactsPage nonce={nonceOf(c)} shell={adminShell(c, 'contacts')} {...props} />);
});

contacts.get('/w/:slug/contacts/new', (c) => {
  const { defaultPortalAccess } = c.var.workspace;
  const draft = { name: '', email: '', client: [], portalAccess: defaultPortalAccess };
  return contactFormPage(c, null, draft);
});

contacts.post('/w/:slug/contacts', async (c) => {
  const { db, workspace, member, now } = c.var;
  const draft = contactDraftOf(await readForm(c), workspace.defaultPortalAccess);
  const parsed = parseContact(draft);
  if (!parsed.ok) return contactFormPage(c, null, draft, { errors: parsed.errors });
  const { portalAccess } = draft;
  const saved = await addContact(
    db,
    workspace.id,
    { ...parsed.value, portalAccess },
    member.id,
    now,
  );
  if (saved.ok) return c.redirect(paths.contact(workspace.slug, saved.id), 303);
  return contactFormPage(c, null, draft, { duplicateOf: saved.other });
});
