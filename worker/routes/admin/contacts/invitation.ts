import { Hono } from 'hono';
import * as v from 'valibot';
import * as paths from '../../../../ui/paths.ts';
import { actorOf } from '../../../activity/actor.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { refuse } from '../../../http/errors.tsx';
import { leaveFlash } from '../../../http/flash.ts';
import { field, parseFields, readForm } from '../../../http/form.ts';
import { INVITATIONS_PER_ACTOR, INVITATIONS_PER_ADDRESS } from '../../../limits/rules.ts';
import { type InvitationRefusal, inviteContact } from '../../../mail/invite.ts';
import { textField } from '../../../values/fields.ts';
import { sendAfterResponse } from '../../send-mail.ts';
import { NO_BUDGET } from '../no-budget.ts';
import { addressKeyAt, contactCardPage } from './card.tsx';
import { namedContact } from './contact-in-path.ts';

/** Mailing a contact the portal's address, with a sentence of the freelancer's. */
export const contactInvitation = new Hono<WorkspaceEnv>();

/** One sentence: line breaks are spaces. */
const Draft = v.object({
  message: v.pipe(
    textField(300),
    v.transform((text) => text.replace(/\s+/g, ' ')),
  ),
});

contactInvitation.post('/w/:slug/contacts/:id/invitation', async (c) => {
  const { db, workspace, member, settings, now } = c.var;
  const contact = await namedContact(c);
  if (contact === null) return refuse(c, 404);
  const typed = field(await readForm(c), 'message');
  const parsed = parseFields(Draft, { message: typed });
  if (!parsed.ok) {
    const invitation = { message: typed, error: parsed.errors.message };
    return contactCardPage(c, contact, { invitation }, 422);
  }
  const addressKey = await addressKeyAt(c, contact.email);
  const { message } = parsed.value;
  const asked = { workspace: workspace.id, contact, addressKey, budget: settings };
  const invited = await inviteContact(db, asked, message, actorOf(member), now);
  if (!invited.ok) {
    const { status, words } = REFUSED[invited.why];
    return contactCardPage(c, contact, { invitation: { message: typed, error: words } }, status);
  }
  sendAfterResponse(c, invited.job);
  leaveFlash(c, `The invitation to ${contact.name} is on its way.`);
  return c.redirect(paths.contact(workspace.slug, contact.id), 303);
});

const REFUSED: Record<InvitationRefusal, { status: 409 | 429; words: string }> = {
  'no-access': {
    status: 409,
    words: 'Nothing was mailed: this contact has no portal access. Switch it on first.',
  },
  'too-many-by-actor': {
    status: 429,
    words: `Nothing was mailed: you have sent ${INVITATIONS_PER_ACTOR.most} invitations within a day. Try again tomorrow.`,
  },
  'too-many-to-address': {
    status: 429,
    words: `Nothing was mailed: this address has had ${INVITATIONS_PER_ADDRESS.most} invitations within a day. Try again tomorrow.`,
  },
  'no-budget': { status: 429, words: `Nothing was mailed: ${NO_BUDGET}` },
};
