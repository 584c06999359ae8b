import { type DateStyle, moment } from '../../../../ui/dates.ts';
import { type Details, readDetail } from '../../../activity/details.ts';
import type { AttentionKind } from '../../../activity/kinds.ts';
import type { NearlyUsedOf } from '../../../limits/nearly-used.ts';
import type { MailFailure } from '../../../mail-services/service.ts';
import { failureWords } from './mail-failures.ts';
import { withheldWords } from './withheld-words.ts';

/** What the freelancer reads under "needs attention", and what to do about it. */
export function attentionWords<Kind extends AttentionKind>(
  { kind, detail }: { kind: Kind; detail: string },
  dates: DateStyle,
): string {
  return WORDS[kind](readDetail(kind, detail), dates);
}

/** The same for a mail that is being tried again. */
export function waitingWords(failure: MailFailure | ''): string {
  return `A sign-in mail is waiting: ${failureWords(failure, 'contact')}. It is tried again by itself.`;
}

/** What the freelancer reads when mails are nearly used up: their own, or those of all workspaces; null when neither are. */
export function mailUseWords(near: NearlyUsedOf, dates: DateStyle): string | null {
  const use = near.workspace ?? near.deployment;
  if (use === null) return null;
  const until = moment(use.until, dates);
  const rest = 'Browsers that have signed in before, and your own mails, have a reserve.';
  if (near.workspace === null) {
    return `The mails of all workspaces here are nearly used up for this ${use.window}. New browsers may get no sign-in mail until ${until}. ${rest}`;
  }
  return `${use.count} mails were sent this ${use.window}. At ${use.strangers} new browsers get no sign-in mail until ${until}. ${rest}`;
}

type Words = { [Kind in AttentionKind]: (detail: Details[Kind], dates: DateStyle) => string };

const WORDS: Words = {
  link_sent: () => 'Asked for a link and has not come in since. Did the mail arrive?',
  link_withheld: ({ until, ceiling }, dates) => withheldWords(ceiling, moment(until, dates)),
  link_failed: ({ failure, tries }) =>
    failure === 'cut-off'
      ? `Nobody knows whether a sign-in mail left${because(failure)}; they can ask again.`
      : `A sign-in mail could not be sent${because(failure)}.${tries > 1 ? ' They can ask again.' : ''}`,
  mail_bounced: ({ failure }) =>
    `A mail to them came back${because(failure)}. Is the address right?`,
  mail_suppressed: ({ failure }) =>
    `The mail service held a mail to them back${because(failure)}. Ask them for another address, or to allow mail from you.`,
  mail_complained: () =>
    'A mail to them was called spam, so more may not arrive. Ask them to trust your mails.',
  password_locked: () => 'Somebody typed too many wrong passwords. The sign-in link still works.',
  code_locked: () => 'Typed too many wrong codes. The link in the newest mail still works.',
};

function because(failure: MailFailure | ''): string {
  const words = failureWords(failure, 'contact');
  return words === '' ? '' : `: ${words}`;
}
