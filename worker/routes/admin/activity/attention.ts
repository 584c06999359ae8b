import { clock, type DateStyle } from '../../../../ui/dates.ts';
import type { ActivityKind } from '../../../activity/record.ts';
import { MAILS_PER_ADDRESS } from '../../../limits/rules.ts';
import type { MailFailure } from '../../../mail-services/service.ts';
import { readDetail } from './describe.ts';
import { failureWords } from './mail-failures.ts';

/** What the freelancer reads under "needs attention", and what to do about it. */
export function attentionWords(
  row: { kind: ActivityKind; detail: string },
  dates: DateStyle,
): string {
  const { failure, tries, until } = readDetail(row.detail);
  const words = failureWords(failure, 'contact');
  const because = words === '' ? '' : `: ${words}`;
  switch (row.kind) {
    case 'link_sent':
      return 'Asked for a link and has not come in since. Did the mail arrive?';
    case 'link_withheld':
      return `Asked for more than ${MAILS_PER_ADDRESS.most} links within the hour, so no more mail goes out until ${clock(until, dates)}. Did the mails arrive?`;
    case 'link_failed':
      if (failure === 'cut-off') {
        return `Nobody knows whether a sign-in mail left${because}; they can ask again.`;
      }
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
export function waitingWords(failure: MailFailure | ''): string {
  return `A sign-in mail is waiting: ${failureWords(failure, 'contact')}. It is tried again by itself.`;
}
