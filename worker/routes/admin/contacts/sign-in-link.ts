import { type Context, Hono } from 'hono';
import * as paths from '../../../../ui/paths.ts';
import { portalRealm } from '../../../accounts/realm.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { refuse } from '../../../http/errors.tsx';
import { leaveFlash } from '../../../http/flash.ts';
import { askDeps } from '../../../http/request-stores.ts';
import { LINKS_BY_MEMBER, LINKS_TO_MAILBOX_BY_MEMBERS } from '../../../limits/mail-rules.ts';
import { type SentLink, sendLink } from '../../../mail/send-link.ts';
import { durationWords } from '../../../values/duration.ts';
import { sendAfterResponse } from '../../send-mail.ts';
import { contactCardPage } from './card.tsx';
import { namedContact } from './contact-in-path.ts';

/** Mailing a contact a sign-in link that they did not ask for: strangers cannot use this way up. */
export const contactSignInLink = new Hono<WorkspaceEnv>();

contactSignInLink.post('/w/:slug/contacts/:id/sign-in-link', async (c) => {
  const { workspace, member, settings, now } = c.var;
  const contact = await namedContact(c);
  if (contact === null) return refuse(c, 404);
  const realm = portalRealm(settings, workspace);
  const recipient = { workspace: workspace.id, contact: contact.id };
  const sent = await sendLink(askDeps(c), realm, recipient, member.id, now);
  if (!sent.ok) {
    const status = sent.why === 'no-access' ? 409 : 429;
    return contactCardPage(c, contact, { linkRefused: refusedWords(c, sent) }, status);
  }
  sendAfterResponse(c, sent.job);
  leaveFlash(c, `A sign-in link for ${contact.name} is on its way.`);
  return c.redirect(paths.contact(workspace.slug, contact.id), 303);
});

/** Why no link was sent, and what to do. */
function refusedWords(c: Context<WorkspaceEnv>, sent: Extract<SentLink, { ok: false }>): string {
  if (sent.why === 'no-access') {
    return 'No link was sent: this contact has no portal access. Switch it on first.';
  }
  const wait = `Try again in ${durationWords(sent.until - c.var.now)}.`;
  switch (sent.why) {
    case 'network':
      return `No link was sent: you have sent ${LINKS_BY_MEMBER.most} within a day. ${wait}`;
    case 'workspace':
    case 'deployment':
      return `No link was sent: the mails of ${sent.why === 'workspace' ? 'your workspace' : 'Latchkey'} are used up for now. ${wait}`;
    case 'page':
    case 'network-mailbox':
    case 'mailbox':
      return `No link was sent: members may send this mailbox ${LINKS_TO_MAILBOX_BY_MEMBERS.hour.most} within an hour and ${LINKS_TO_MAILBOX_BY_MEMBERS.day.most} within a day. ${wait}`;
  }
}
