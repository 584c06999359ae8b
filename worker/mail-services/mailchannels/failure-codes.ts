import type { MailFailure } from '../service.ts';

/** What may become of a mail once the mail service has taken it over. */
export type DeliveryStatus = 'delivered' | 'bounced' | 'delayed' | 'suppressed' | 'complained';

/** What the mail service reports: an enhanced status code, and the words of the receiving server. */
type MailServiceAnswer = { status: string; reason: string };

/**
 * The reason for a delivery status, from the code of the receiving mail server; null if the mail was delivered. The text of
 * the server is untrusted: only a code is read from it.
 */
export function deliveryFailure(
  status: DeliveryStatus,
  answer: MailServiceAnswer,
): MailFailure | null {
  switch (status) {
    case 'delivered':
      return null;
    case 'complained':
      return 'marked-as-spam';
    case 'bounced':
      return codeIn(answer) ?? 'rejected';
    case 'delayed':
      return codeIn(answer) ?? 'no-reason';
    case 'suppressed':
      return codeIn(answer) ?? 'returned-before';
  }
}

/** Not part of an IP address, which is made of the same. */
const CODE = /(?<![\d.])[245]\.(\d{1,3})\.(\d{1,3})(?!\.?\d)/;
const OLD_CODE = /\b([45]\d\d)\b/;

function codeIn({ status, reason }: MailServiceAnswer): MailFailure | null {
  const [, subject, detail] = CODE.exec(status) ?? CODE.exec(reason) ?? [];
  if (subject !== undefined) return byCode(subject, `${subject}.${detail}`);
  const [, old = ''] = OLD_CODE.exec(status) ?? [];
  return OLD_CODES.get(old) ?? null;
}

/** Enhanced status codes (RFC 3463, and the registry of IANA): the subject, unless the detail says more. */
function byCode(subject: string, code: string): MailFailure | null {
  return DETAILS.get(code) ?? SUBJECTS.get(subject) ?? null;
}

const DETAILS = new Map<string, MailFailure>([
  ['1.2', 'no-mail-server'],
  ['1.10', 'domain-takes-no-mail'],
  ['2.1', 'mailbox-disabled'],
  ['2.2', 'mailbox-full'],
]);

const SUBJECTS = new Map<string, MailFailure>([
  ['1', 'no-mailbox'],
  ['2', 'mailbox-closed'],
  ['3', 'server-unable'],
  ['4', 'server-unreachable'],
  ['7', 'unwanted'],
]);

/** Codes of servers that give no other (RFC 5321). 550 and 554 may mean anything. */
const OLD_CODES = new Map<string, MailFailure>([
  ['551', 'no-mailbox'],
  ['552', 'mailbox-full'],
  ['553', 'no-mailbox'],
]);
