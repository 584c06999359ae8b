import * as v from 'valibot';
import type { IsolateState } from '../../../../context.ts';
import { emailField, parseFields } from '../../../../http/form.ts';
import { SENDER_MAILS_PER_MEMBER, SENDER_MAILS_PER_WORKSPACE } from '../../../../limits/rules.ts';
import { hasDomains } from '../../../../mail-services/mailchannels/domains.ts';
import { judgeAddress } from '../../../../senders/address.ts';
import type { Limit, Sender } from '../../../../senders/store.ts';
import { durationWords } from '../../../../values/duration.ts';
import type { Email } from '../../../../values/email-address.ts';

type Parsed = { ok: true; email: Email; use: Sender['use'] } | { ok: false; error: string };

const Entered = v.object({ email: emailField });

/** Reads the address that a freelancer wants mail to come from, and judges what it can be used for here. */
export function parseAddress(typed: string, settings: IsolateState['settings']): Parsed {
  const parsed = parseFields(Entered, { email: typed });
  if (!parsed.ok) return { ok: false, error: parsed.errors.email ?? '' };
  const { email } = parsed.value;
  const usability = judgeAddress(email, settings, hasDomains(settings));
  return usability.use === 'none'
    ? { ok: false, error: PLATFORMS }
    : { ok: true, email, use: usability.use };
}

const PLATFORMS = 'That address belongs to Latchkey itself. Type one of your own.';

/** Which limit on mailed codes is used up, and when there is room again. */
export const TOO_MANY_CODES: Record<Limit, string> = {
  workspace: `Those were ${SENDER_MAILS_PER_WORKSPACE.most} codes within ${durationWords(SENDER_MAILS_PER_WORKSPACE.window)}. Try again in ${durationWords(SENDER_MAILS_PER_WORKSPACE.window)}.`,
  member: `You have had ${SENDER_MAILS_PER_MEMBER.most} codes mailed today. Try again tomorrow.`,
  address: 'That address has had its share of codes for today. Try again tomorrow.',
};
