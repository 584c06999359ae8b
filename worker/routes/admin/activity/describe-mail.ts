import { type MailKind, mailTraits } from '../../../mail/jobs.ts';
import type { MailFailure } from '../../../mail-services/service.ts';
import { type ActivityDescription, bad, type Describers } from './description.ts';
import { failureWords, type Mailbox } from './mail-failures.ts';

/** What to call a mail at the beginning of a sentence. */
export function theMail(kind: MailKind): string {
  return mailTraits(kind).name;
}

type Failed = { failure: MailFailure | ''; after?: MailFailure | ''; tries: number };

/** A mail that was not sent, or of which nobody knows whether it was. */
export function describeFailed(
  { what, kind }: { what: string; kind: MailKind },
  { failure, after = '', tries }: Failed,
  mailbox: Mailbox,
): ActivityDescription {
  if (failure === 'cut-off') return describeCutOff({ what, kind }, mailbox);
  const why = joined(failureWords(after, mailbox), failureWords(failure, mailbox));
  const detail = tries > 1 ? `${why}; given up after ${tries} tries` : why;
  return { kind: 'bad', title: `${what} could not be sent`, detail };
}

/** A mail that may have left: nobody wrote down how its last try ended. */
export function describeCutOff(
  { what, kind }: { what: string; kind: MailKind },
  mailbox: Mailbox,
): ActivityDescription {
  const detail = joined(failureWords('cut-off', mailbox), mailTraits(kind).again);
  return { kind: 'bad', title: `Nobody knows whether ${what.toLowerCase()} left`, detail };
}

/** Mails that were not sent, and what the mail service reported about those that were. */
export const MAILS: Describers<
  | 'link_failed'
  | 'notice_failed'
  | 'mail_bounced'
  | 'mail_delayed'
  | 'mail_suppressed'
  | 'mail_complained'
> = {
  link_failed: (detail, { mailbox }) => {
    const failed = describeFailed({ what: 'The sign-in mail', kind: 'sign-in' }, detail, mailbox);
    const isGivenUp = detail.tries > 1 && detail.failure !== 'cut-off';
    return isGivenUp ? { ...failed, detail: `${failed.detail}, they can ask again` } : failed;
  },
  notice_failed: (detail, { mailbox }) =>
    describeFailed({ what: theMail(detail.mail), kind: detail.mail }, detail, mailbox),
  mail_bounced: ({ mail, failure }, { mailbox }) =>
    bad(`${theMail(mail)} came back`, failureWords(failure, mailbox)),
  mail_delayed: ({ mail, failure }, { mailbox }) => {
    const server = mailbox === 'you' ? 'your' : 'their';
    const why = joined(failureWords(failure, mailbox), GOES_ON);
    return bad(`${theMail(mail)} has to wait at ${server} mail server`, why);
  },
  mail_suppressed: ({ mail, failure }, { mailbox }) =>
    bad(`${theMail(mail)} was held back by the mail service`, failureWords(failure, mailbox)),
  mail_complained: ({ mail, failure }, { mailbox }) =>
    bad(`${theMail(mail)} was called spam`, failureWords(failure, mailbox)),
};

const GOES_ON = 'the mail service goes on trying for a while';

function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('; ');
}
