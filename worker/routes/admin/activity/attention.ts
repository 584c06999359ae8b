import { clock, type DateStyle } from '../../../../ui/dates.ts';
import type { ActivityKind } from '../../../activity/kinds.ts';
import { MAILS_PER_ADDRESS } from '../../../limits/rules.ts';
import { CUT_OFF } from '../../../mail/deliver.ts';
import { readDetail } from './describe.ts';

/** What the freelancer reads under "needs attention", and what to do about it. */
export function attentionWords(
  row: { kind: ActivityKind; detail: string },
  dates: DateStyle,
): string {
  const { reason, tries, until } = readDetail(row.detail);
  const because = withReason(reason);
  switch (row.kind) {
    case 'link_sent':
      return 'Asked for a link and has not come in since. Did the mail arrive?';
    case 'link_withheld':
      return `Asked for more than ${MAILS_PER_ADDRESS.most} links within the hour, so no more mail goes out until ${clock(until, dates)}. Did the mails arrive?`;
    case 'link_failed':
      if (reason === CUT_OFF) return `Nobody knows whether a sign-in mail left${because}.`;
      return `A sign-in mail could not be sent${because}.${tries > 1 ? ' They can ask again.' : ''}`;
    case 'mail_bounced':
      return `A mail to them came back${because}. Is the address right?`;
    case 'mail_suppressed':
      return `The mail service held a mail to them back${because}. Is the address right?`;
    case 'mail_complained':
      return 'A mail to them was called spam, so more may not arrive. Ask them to trust your mails.';
    case 'password_locked':
      return 'Somebody typed too many wrong passwords. The sign-in link still works.';
    case 'code_locked':
      return 'Typed too many wrong codes. The link in the newest mail still works.';
    default:
      return '';
  }
}

/** The same of a mail that is being tried again. */
export function waitingWords(reason: string): string {
  return `A sign-in mail is waiting: ${reason}. It is tried again by itself.`;
}

function withReason(reason: string): string {
  return reason === '' ? '' : `: ${reason}`;
}
