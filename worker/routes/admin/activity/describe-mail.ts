import * as v from 'valibot';
import type { MailKind } from '../../../mail/jobs.ts';
import type { MailFailure } from '../../../mail-services/service.ts';
import { failureWords, type Mailbox } from './mail-failures.ts';

/** Bad news of a mail, as a line of a timeline. */
type MailDescription = { kind: 'bad'; title: string; detail: string };

/** What to call a mail at the beginning of a sentence. */
export function theMail(kind: MailKind): string {
  return NAMES[kind];
}

const NAMES: Record<MailKind, string> = {
  'sign-in': 'The mail',
  password: 'The notice about the password',
  'new-device': 'The notice about a new device',
  'confirm-sender': 'The mail with the code',
  'sender-broken': 'The notice about the sender’s address',
  sample: 'The sample',
};

/** The kind of mail that an activity is about; an early one, which named none, is about a sign-in mail. */
export const storedMailKind = v.optional(
  v.fallback(v.custom<MailKind>(isMailKind), 'sign-in'),
  'sign-in',
);

function isMailKind(kind: unknown): boolean {
  return typeof kind === 'string' && Object.hasOwn(NAMES, kind);
}

/** What can be done about a mail that failed, to stand after what went wrong; '' for nothing. */
const AGAIN: Record<MailKind, string> = {
  'sign-in': 'they can ask again',
  password: '',
  'new-device': '',
  'confirm-sender': 'you can ask again',
  'sender-broken': '',
  sample: 'you can ask again',
};

type Failed = { failure: MailFailure | ''; after?: MailFailure | ''; tries: number };

/** A mail that was not sent, or of which nobody knows whether it was. */
export function describeFailed(
  { what, kind }: { what: string; kind: MailKind },
  { failure, after = '', tries }: Failed,
  mailbox: Mailbox,
): MailDescription {
  if (failure === 'cut-off') return describeCutOff({ what, kind }, mailbox);
  const why = joined(failureWords(after, mailbox), failureWords(failure, mailbox));
  const detail = tries > 1 ? `${why}; given up after ${tries} tries` : why;
  return { kind: 'bad', title: `${what} could not be sent`, detail };
}

/** A mail that may have left: nobody wrote down how its last try ended. */
export function describeCutOff(
  { what, kind }: { what: string; kind: MailKind },
  mailbox: Mailbox,
): MailDescription {
  const detail = joined(failureWords('cut-off', mailbox), AGAIN[kind]);
  return { kind: 'bad', title: `Nobody knows whether ${what.toLowerCase()} left`, detail };
}

/** What the mail service said of a mail after it had taken it over. */
export function describeUndelivered(
  event: 'mail_bounced' | 'mail_delayed' | 'mail_suppressed' | 'mail_complained',
  { mail, failure }: { mail: MailKind; failure: MailFailure | '' },
  mailbox: Mailbox,
): MailDescription {
  const why = failureWords(failure, mailbox);
  const what = theMail(mail);
  switch (event) {
    case 'mail_bounced':
      return { kind: 'bad', title: `${what} came back`, detail: why };
    case 'mail_delayed': {
      const server = mailbox === 'you' ? 'your' : 'their';
      const title = `${what} has to wait at ${server} mail server`;
      return { kind: 'bad', title, detail: joined(why, GOES_ON) };
    }
    case 'mail_suppressed':
      return { kind: 'bad', title: `${what} was held back by the mail service`, detail: why };
    case 'mail_complained':
      return { kind: 'bad', title: `${what} was called spam`, detail: why };
  }
}

const GOES_ON = 'the mail service goes on trying for a while';

function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('; ');
}
