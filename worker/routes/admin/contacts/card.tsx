import { type Context, Hono } from 'hono';
import { ContactCardPage } from '../../../../ui/pages/admin/contacts/card.tsx';
import type { InvitationDraft } from '../../../../ui/pages/admin/contacts/invitation.tsx';
import { portalRealm } from '../../../accounts/realm.ts';
import { contactActivity } from '../../../activity/list.ts';
import { type Contact, contactAccount } from '../../../contacts/contacts.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { refuse } from '../../../http/errors.tsx';
import { nonceOf, page } from '../../../http/page.ts';
import { mailsOf } from '../../../mail/find-mails.ts';
import { passwordOf } from '../../../passwords/passwords.ts';
import { listActiveSessions } from '../../../sessions/list.ts';
import { addressKeyOf } from '../../../sign-in/address-key.ts';
import { pauseOfAddress } from '../../../sign-in/password-throttle.ts';
import { storedEmail } from '../../../values/email-address.ts';
import { portalOrigin } from '../../../workspaces/workspaces.ts';
import { timelineFrom } from '../activity/timeline.ts';
import { adminShell } from '../shell.ts';
import { namedContact } from './contact-in-path.ts';

/** A contact's card: access, sessions, and the activity of the contact and their mails. */
export const contactCard = new Hono<WorkspaceEnv>();

contactCard.get('/w/:slug/contacts/:id', async (c) => {
  const contact = await namedContact(c);
  return contact === null ? refuse(c, 404) : contactCardPage(c, contact);
});

/** What a form of the card did not do: an invitation as typed with why it was not mailed; why no link was sent; why access stays off. */
type Refused = { invitation?: InvitationDraft; linkRefused?: string; accessError?: string };

/** The card. `refused`: what a form of it did not do. */
export async function contactCardPage(
  c: Context<WorkspaceEnv>,
  contact: Contact,
  refused: Refused = {},
  status: 200 | 409 | 422 | 429 = 200,
) {
  const { db, workspace, now, settings } = c.var;
  const account = contactAccount(workspace.id, contact);
  const [sessions, entries, mails, [known], [pause]] = await db.batch([
    listActiveSessions(db, account, now),
    contactActivity(db, workspace.id, contact.id),
    mailsOf(db, workspace.id, contact.id),
    passwordOf(db, account),
    pauseOfAddress(db, await addressKeyAt(c, contact.email)),
  ]);
  const until = known === undefined ? 0 : (pause?.until ?? 0);
  const props = {
    contact,
    passwords: settings.passwords,
    password: { setAt: known?.setAt ?? null, pausedUntil: until > now ? until : null },
    portalUrl: portalOrigin(settings, workspace.slug),
    sessions: sessions.map((session) => ({ ...session, how: `by ${session.method}` })),
    timeline: timelineFrom(entries, mails, workspace, now),
    invitation: refused.invitation ?? { message: '' },
    linkRefused: refused.linkRefused,
    accessError: refused.accessError,
    now,
  };
  return page(
    c,
    <ContactCardPage nonce={nonceOf(c)} shell={adminShell(c, 'contacts')} {...props} />,
    status,
  );
}

/** What tries at an address, and mails to it, are counted by on this workspace's portal. */
export function addressKeyAt(c: Context<WorkspaceEnv>, address: string): Promise<string> {
  const { keyring, workspace, settings } = c.var;
  return addressKeyOf(keyring, portalRealm(settings, workspace), storedEmail(address));
}
