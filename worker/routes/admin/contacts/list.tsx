import { Hono } from 'hono';
import * as v from 'valibot';
import { ContactsPage } from '../../../../ui/pages/admin/contacts/list.tsx';
import * as paths from '../../../../ui/paths.ts';
import { listContacts } from '../../../contacts/list.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { readCursor, writeCursor } from '../../../http/cursor.ts';
import { nonceOf, page } from '../../../http/page.ts';
import { withoutInvisible } from '../../../values/invisible.ts';
import { adminShell } from '../shell.ts';
import { readAccess } from './form.tsx';

/** The list of contacts, searched and page by page. */
export const contacts = new Hono<WorkspaceEnv>();

const Cursor = v.object({ nameKey: v.string(), id: v.string() });
const LONGEST_SEARCH = 100;

contacts.get('/w/:slug/contacts', async (c) => {
  const { db, workspace, now } = c.var;
  const q = withoutInvisible((c.req.query('q') ?? '').slice(0, LONGEST_SEARCH)).trim();
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
