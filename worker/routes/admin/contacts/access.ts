import { Hono } from 'hono';
import * as paths from '../../../../ui/paths.ts';
import { accessEndedPhrase } from '../../../../ui/phrases.ts';
import { actorOf } from '../../../activity/actor.ts';
import { type AccessChange, grantAccess, revokeAccess } from '../../../contacts/access.ts';
import { contactAccount } from '../../../contacts/contacts.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { refuse } from '../../../http/errors.tsx';
import { leaveFlash } from '../../../http/flash.ts';
import { field, readForm } from '../../../http/form.ts';
import { wantsJson } from '../../../http/page.ts';
import { endContactSession } from '../../../sessions/end.ts';
import { accessAllowed } from '../../../workspaces/sign-up-policy.ts';
import { accessFullWords } from './access-full-text.ts';
import { contactCardPage } from './card.tsx';
import { namedContact } from './contact-in-path.ts';
import { readAccess } from './form.tsx';

/** Switching a contact's access on and off, and signing them out of one device. */
export const contactAccess = new Hono<WorkspaceEnv>();

contactAccess.post('/w/:slug/contacts/:id/portal-access', async (c) => {
  const { db, workspace, member, now, settings } = c.var;
  const contact = await namedContact(c);
  if (contact === null) return refuse(c, 404);
  const enabled = readAccess(field(await readForm(c), 'enabled'));
  if (enabled === null) return refuse(c, 400);
  const allowed = accessAllowed(settings, member, workspace, now);
  const actor = actorOf(member);
  const changed =
    enabled === 'on'
      ? await grantAccess(db, workspace.id, contact.id, allowed, actor, now)
      : await revokeAccess(db, workspace.id, contact.id, actor, now);
  if (enabled === 'on' && !changed.portalAccess) {
    const error = `Portal access stays off. ${accessFullWords(allowed, workspace)}`;
    if (wantsJson(c)) return c.json({ error }, 422);
    return contactCardPage(c, contact, { accessError: error }, 422);
  }
  if (wantsJson(c)) return c.json(changed);
  leaveFlash(c, accessWords(changed));
  return c.redirect(paths.contact(workspace.slug, contact.id), 303);
});

contactAccess.post('/w/:slug/contacts/:id/sessions/:session/revocation', async (c) => {
  const { db, workspace, member, now } = c.var;
  const contact = await namedContact(c);
  if (contact === null) return refuse(c, 404);
  const account = contactAccount(workspace.id, contact);
  const session = c.req.param('session');
  const ended = await endContactSession(db, account, session, actorOf(member), now);
  if (ended === null) return refuse(c, 404);
  leaveFlash(c, `${contact.name} was signed out of ${ended.device}.`);
  return c.redirect(paths.contact(workspace.slug, contact.id), 303);
});

function accessWords({ portalAccess, sessionsEnded, linksVoided }: AccessChange): string {
  return portalAccess
    ? 'Portal access is on.'
    : `Portal access is off. ${accessEndedPhrase(sessionsEnded, linksVoided)}`;
}
