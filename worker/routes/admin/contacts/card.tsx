import { type Context, Hono } from 'hono';
import { ContactCardPage } from '../../../../ui/pages/admin/contacts/card.tsx';
import { ContactDeletionPage } from '../../../../ui/pages/admin/contacts/deletion.tsx';
import * as paths from '../../../../ui/paths.ts';
import { accessEndedPhrase } from '../../../../ui/phrases.ts';
import { portalRealm } from '../../../accounts/realm.ts';
import { contactActivity } from '../../../activity/list.ts';
import { recordActivity } from '../../../activity/record.ts';
import { type AccessChange, grantAccess, revokeAccess } from '../../../contacts/access.ts';
import {
  type Contact,
  contactAccount,
  deleteContact,
  editContact,
  findContact,
} from '../../../contacts/contacts.ts';
import type { AppEnv } from '../../../context.ts';
import { refuse } from '../../../http/errors.tsx';
import { leaveFlash } from '../../../http/flash.ts';
import { field, readForm } from '../../../http/form.ts';
import { nonceOf, page, wantsJson } from '../../../http/page.ts';
import { mailsOf } from '../../../mail/status.ts';
import { passwordOf } from '../../../passwords/passwords.ts';
import { endOneSession } from '../../../sessions/end.ts';
import { listActiveSessions } from '../../../sessions/list.ts';
import { pauseOfAddress } from '../../../sign-in/password-throttle.ts';
import { addressKeyOf } from '../../../sign-in/request.ts';
import { storedEmail } from '../../../values/email-address.ts';
import { portalOrigin } from '../../../workspaces/workspaces.ts';
import { timelineFrom } from '../activity/timeline.ts';
import { adminShell } from '../shell.ts';
import { contactDraftOf, contactFormPage, parseContact, readAccess } from './form.tsx';

/** One contact: the card with its switch, editing, deleting. */
export const contactCard = new Hono<AppEnv>();

contactCard.get('/w/:slug/contacts/:id', async (c) => {
  const { db, workspace, now, settings } = c.var;
  const contact = await contactHere(c);
  if (contact === null) return refuse(c, 404);
  const account = contactAccount(workspace.id, contact);
  const [sessions, entries, mails, [known], [rest]] = await db.batch([
    listActiveSessions(db, account, now),
    contactActivity(db, workspace.id, contact.id),
    mailsOf(db, workspace.id, contact.id),
    passwordOf(db, account),
    pauseOfAddress(db, await addressKeyAt(c, contact.email)),
  ]);
  const until = known === undefined ? 0 : (rest?.until ?? 0);
  const props = {
    contact,
    passwords: settings.passwords,
    password: { setAt: known?.setAt ?? null, pausedUntil: until > now ? until : null },
    portalUrl: portalOrigin(settings, workspace.slug),
    sessions: sessions.map((session) => ({ ...session, how: `by ${session.method}` })),
    timeline: timelineFrom(entries, mails, workspace, now),
    now,
  };
  return page(
    c,
    <ContactCardPage nonce={nonceOf(c)} shell={adminShell(c, 'contacts')} {...props} />,
  );
});

contactCard.post('/w/:slug/contacts/:id/portal-access', async (c) => {
  const { db, workspace, member, now } = c.var;
  const contact = await contactHere(c);
  if (contact === null) return refuse(c, 404);
  const enabled = readAccess(field(await readForm(c), 'enabled'));
  if (enabled === null) return refuse(c, 400);
  const change = enabled === 'on' ? grantAccess : revokeAccess;
  const changed = await change(db, workspace.id, contact.id, member.id, now);
  if (wantsJson(c)) return c.json(changed);
  leaveFlash(c, accessWords(changed));
  return c.redirect(paths.contact(workspace.slug, contact.id), 303);
});

contactCard.post('/w/:slug/contacts/:id/sessions/:session/revocation', async (c) => {
  const { db, workspace, member, now } = c.var;
  const contact = await contactHere(c);
  if (contact === null) return refuse(c, 404);
  const account = contactAccount(workspace.id, contact);
  const ended = await endOneSession(db, account, c.req.param('session'), 'freelancer', now);
  if (ended === null) return refuse(c, 404);
  const { device } = ended;
  const told = { workspace: workspace.id, contact: contact.id, member: member.id };
  const detail = JSON.stringify({ device });
  await recordActivity(db, { kind: 'session_ended', ...told, detail }, now);
  leaveFlash(c, `${contact.name} was signed out of ${device}.`);
  return c.redirect(paths.contact(workspace.slug, contact.id), 303);
});

contactCard.get('/w/:slug/contacts/:id/edit', async (c) => {
  const contact = await contactHere(c);
  if (contact === null) return refuse(c, 404);
  const { name, email, companies, portalAccess } = contact;
  return contactFormPage(c, contact, { name, email, client: companies, portalAccess });
});

contactCard.post('/w/:slug/contacts/:id', async (c) => {
  const { db, workspace, now } = c.var;
  const contact = await contactHere(c);
  if (contact === null) return refuse(c, 404);
  const draft = contactDraftOf(await readForm(c), contact.portalAccess);
  const parsed = parseContact(draft);
  if (!parsed.ok) return contactFormPage(c, contact, draft, { errors: parsed.errors });
  const saved = await editContact(db, workspace.id, contact.id, parsed.value, now);
  if (!saved.ok) return contactFormPage(c, contact, draft, { duplicateOf: saved.other });
  leaveFlash(c, 'Saved.');
  return c.redirect(paths.contact(workspace.slug, contact.id), 303);
});

contactCard.get('/w/:slug/contacts/:id/deletion', async (c) => {
  const { db, workspace, now } = c.var;
  const contact = await contactHere(c);
  if (contact === null) return refuse(c, 404);
  const { length } = await listActiveSessions(db, contactAccount(workspace.id, contact), now);
  const props = { nonce: nonceOf(c), shell: adminShell(c, 'contacts'), contact, sessions: length };
  return page(c, <ContactDeletionPage {...props} />);
});

contactCard.post('/w/:slug/contacts/:id/deletion', async (c) => {
  const { db, workspace } = c.var;
  const contact = await contactHere(c);
  if (contact === null) return refuse(c, 404);
  await deleteContact(db, workspace.id, contact.id);
  leaveFlash(c, `${contact.name} was deleted.`);
  return c.redirect(paths.contacts(workspace.slug), 303);
});

/** The contact that the address names, of this desk's workspace: another tenant's is not there. */
function contactHere(c: Context<AppEnv>): Promise<Contact | null> {
  return findContact(c.var.db, c.var.workspace.id, c.req.param('id') ?? '');
}

/** What tries at an address are counted by at this desk's portal. */
function addressKeyAt(c: Context<AppEnv>, address: string): Promise<string> {
  const { keyring, workspace, settings } = c.var;
  return addressKeyOf(keyring, portalRealm(settings, workspace), storedEmail(address));
}

function accessWords({ portalAccess, sessionsEnded, linksVoided }: AccessChange): string {
  return portalAccess
    ? 'Portal access is on.'
    : `Portal access is off. ${accessEndedPhrase(sessionsEnded, linksVoided)}`;
}
