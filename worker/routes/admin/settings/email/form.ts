import * as v from 'valibot';
import type { IsolateState } from '../../../../context.ts';
import { parseFields } from '../../../../http/form.ts';
import { SENDER_MAILS_PER_MEMBER, SENDER_MAILS_PER_WORKSPACE } from '../../../../limits/rules.ts';
import { hasDomains } from '../../../../mail-services/mailchannels/domains.ts';
import type { CodeMailLimit } from '../../../../senders/request-code.ts';
import type { Sender } from '../../../../senders/store.ts';
import { usabilityOf } from '../../../../senders/usability.ts';
import { durationWords } from '../../../../values/duration.ts';
import type { Email } from '../../../../values/email-address.ts';
import { emailField } from '../../../../values/fields.ts';

type ParsedAddress = { ok: true; email: Email; use: Sender['use'] } | { ok: false; error: string };

const AddressForm = v.object({ email: emailField });

/** Reads the address that mail is to come from, and says what it can be used for here. */
export async function parseAddress(
  typed: string,
  settings: IsolateState['settings'],
): Promise<ParsedAddress> {
  const parsed = parseFields(AddressForm, { email: typed });
  if (!parsed.ok) return { ok: false, error: parsed.errors.email ?? '' };
  const { email } = parsed.value;
  const usability = await usabilityOf(email, settings, hasDomains(settings));
  return usability.use === 'none'
    ? { ok: false, error: OURS }
    : { ok: true, email, use: usability.use };
}

const OURS = 'That address belongs to Latchkey itself. Type one of your own.';

/** Which limit on mailed codes is used up, and when the next code can be mailed. */
export const TOO_MANY_CODES: Record<CodeMailLimit, string> = {
  workspace: `Those were ${SENDER_MAILS_PER_WORKSPACE.most} codes within ${durationWords(SENDER_MAILS_PER_WORKSPACE.window)}. Try again in ${durationWords(SENDER_MAILS_PER_WORKSPACE.window)}.`,
  member: `You have had ${SENDER_MAILS_PER_MEMBER.most} codes mailed today. Try again tomorrow.`,
  address: 'That address has had its share of codes for today. Try again tomorrow.',
};
