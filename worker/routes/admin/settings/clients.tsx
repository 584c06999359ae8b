import { Hono } from 'hono';
import { ClientPreferencesPage } from '../../../../ui/pages/admin/settings/clients.tsx';
import * as paths from '../../../../ui/paths.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { leaveFlash } from '../../../http/flash.ts';
import { field, readForm } from '../../../http/form.ts';
import { nonceOf, page } from '../../../http/page.ts';
import { setDefaultPortalAccess } from '../../../workspaces/settings.ts';
import { adminShell } from '../shell.ts';

/** Settings → Clients: whether new contacts have portal access. */
export const clientSettings = new Hono<WorkspaceEnv>();

clientSettings.get('/w/:slug/settings', (c) =>
  c.redirect(paths.clientPreferences(c.var.workspace.slug), 303),
);

clientSettings.get('/w/:slug/settings/preferences/clients', (c) => {
  const { defaultPortalAccess } = c.var.workspace;
  const props = { nonce: nonceOf(c), shell: adminShell(c, 'settings'), defaultPortalAccess };
  return page(c, <ClientPreferencesPage {...props} />);
});

clientSettings.post('/w/:slug/settings/preferences/clients', async (c) => {
  const { db, workspace } = c.var;
  const enabled = field(await readForm(c), 'default_portal_access') !== '';
  await setDefaultPortalAccess(db, workspace.id, enabled);
  leaveFlash(c, 'Saved. Existing contacts stay as they are.');
  return c.redirect(paths.clientPreferences(workspace.slug), 303);
});
