import * as v from 'valibot';
import type { Kept } from '../../context.ts';
import { emailField, parseFields } from '../../http/form.ts';
import type { Email } from '../../mail/address.ts';
import { hasDomains } from '../../mail/domains.ts';
import { judgeAddress } from '../../senders/address.ts';
import type { Sender } from '../../senders/senders.ts';

type Parsed = { ok: true; email: Email; use: Sender['use'] } | { ok: false; error: string };

const Entered = v.object({ email: emailField });

/** Reads the address that a freelancer wants mail to come from, and judges what it can be used for here. */
export function parseAddress(typed: string, settings: Kept['settings']): Parsed {
  const parsed = parseFields(Entered, { email: typed });
  if (!parsed.ok) return { ok: false, error: parsed.errors.email ?? '' };
  const { email } = parsed.value;
  const usability = judgeAddress(email, settings, hasDomains(settings));
  return usability.use === 'none'
    ? { ok: false, error: PLATFORMS }
    : { ok: true, email, use: usability.use };
}

const PLATFORMS = 'That address belongs to Latchkey itself. Type one of your own.';

export const TOO_MANY_CODES =
  'Many codes were mailed already, and nobody is to be flooded. Try again later: in an hour, or tomorrow.';
