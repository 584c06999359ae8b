import type { SenderShown } from '../../../ui/pages/desk/email.tsx';
import type { Kept } from '../../context.ts';
import { minutesIn } from '../../limits/duration.ts';
import { SENDER_CODE_LIFETIME } from '../../limits/rules.ts';
import { storedEmail } from '../../mail/address.ts';
import { hasDomains } from '../../mail/domains.ts';
import { judgeAddress } from '../../senders/address.ts';
import { readFindings } from '../../senders/findings.ts';
import { recordsOf } from '../../senders/records.ts';
import type { Sender } from '../../senders/senders.ts';
import { stateOf } from '../../senders/turns.ts';

/** The form for the code, as typed. */
export type CodeTyped = { typed: string; error: string | undefined; locked: boolean };

export const NO_CODE: CodeTyped = { typed: '', error: undefined, locked: false };

/** A sender as the page shows it: what the last check found, and nothing that is looked up now. */
export function senderShown(
  sender: Sender,
  settings: Kept['settings'],
  code: CodeTyped,
): SenderShown {
  const { id, slot, address, domain, use, findings, checkedAt, brokenAt, brokenBy } = sender;
  const state = stateOf(sender);
  const minutes = minutesIn(SENDER_CODE_LIFETIME);
  const records =
    use === 'from' ? recordsOf(sender, settings.mailchannelsAccount, readFindings(findings)) : [];
  return {
    ...{ id, slot, address, domain, use, state, records, checkedAt, brokenAt, brokenBy },
    why: use === 'from' ? null : whyReplies(address, settings),
    code: state === 'unconfirmed' ? { ...code, minutes } : null,
  };
}

function whyReplies(address: string, settings: Kept['settings']): SenderShown['why'] {
  const usability = judgeAddress(storedEmail(address), settings, hasDomains(settings));
  return usability.use === 'reply-to' ? usability.why : 'no-domains';
}
