import type { MailFailure } from '../../../mail-services/service.ts';

/** Whose mailbox a mail was for: a contact's, or that of the freelancer who reads. */
export type Mailbox = 'contact' | 'you';

/** Why a mail did not leave, was not delivered or was dropped, to stand after a colon; '' for no failure. */
export function failureWords(failure: MailFailure | '', mailbox: Mailbox): string {
  if (failure === '') return '';
  // during a deploy the version before may still store its sentences
  const words = isFailure(failure) ? WORDS[failure] : WORDS.unclear;
  return typeof words === 'string' ? words : words[mailbox];
}

const OPERATOR = 'the person who runs Latchkey for you';

const WORDS: Record<MailFailure, string | Record<Mailbox, string>> = {
  unreachable: 'the mail service could not be reached',
  timeout: 'the mail service did not answer in time',
  'service-error': 'the mail service has trouble of its own',
  'rate-limited': 'the mail service takes no more mail for the moment',
  quota: `the mail service takes no more mail today; if it happens again, ${OPERATOR} has to raise the limit there`,
  unclear: 'the mail service answered something unexpected',
  undelivered: 'the mail service could not pass the mail on',
  'sender-refused': `the mail service does not let this portal send; ${OPERATOR} has to look at its mail settings`,
  suppressed: {
    contact: `the mail service no longer mails this address, because mails to it came back or were called spam; ask them for another address, or ${OPERATOR} to have it allowed again`,
    you: `the mail service no longer mails this address, because mails to it came back or were called spam; ask ${OPERATOR} to have it allowed again`,
  },
  refused: `the mail service did not accept the mail; ${OPERATOR} finds its answer in the log`,
  'storage-down': 'Latchkey’s own storage did not answer',
  'queue-down': 'it could not be kept for another try',
  'cut-off': 'sending was cut off',
  superseded: { contact: 'they asked for a newer link', you: 'you asked for a newer one' },
  'no-longer-needed': {
    contact: 'the contact signed in, lost access or changed in the meantime',
    you: 'you signed in, lost access or changed something in the meantime',
  },
  'no-mailbox': 'there is no such mailbox',
  'mailbox-full': 'the mailbox is full',
  'mailbox-disabled': 'the mailbox is switched off',
  'mailbox-closed': 'the mailbox takes no mail',
  'no-mail-server': 'there is no mail server at that domain',
  'domain-takes-no-mail': 'that domain takes no mail',
  'server-unable': {
    contact: 'their mail server can’t take it',
    you: 'your mail server can’t take it',
  },
  'server-unreachable': {
    contact: 'their mail server could not be reached',
    you: 'your mail server could not be reached',
  },
  unwanted: {
    contact: 'their mail server refused it as unwanted',
    you: 'your mail server refused it as unwanted',
  },
  rejected: {
    contact: 'their mail server did not take it',
    you: 'your mail server did not take it',
  },
  'no-reason': 'it did not say why',
  'returned-before': 'mails to this address came back before, or were called spam',
  'marked-as-spam': {
    contact: 'by them or by their mail program',
    you: 'by you or by your mail program',
  },
};

function isFailure(code: unknown): boolean {
  return code === '' || (typeof code === 'string' && Object.hasOwn(WORDS, code));
}
