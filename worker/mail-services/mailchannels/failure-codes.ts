/** What may become of a mail once the mail service has taken it over. */
export type DeliveryStatus = 'delivered' | 'bounced' | 'delayed' | 'suppressed' | 'complained';

type Said = { status: string; reason: string };

/**
 * Why it came to that, in words for the freelancer: ours, chosen by the code of the mail server that said it. Its own
 * words may be anybody's, and are read for nothing but a code.
 */
export function reasonOf(fate: DeliveryStatus, said: Said): string {
  switch (fate) {
    case 'delivered':
      return '';
    case 'complained':
      return 'by them or by their mail program';
    case 'bounced':
      return whyOf(said) ?? 'their mail server did not take it';
    case 'delayed':
      return `${whyOf(said) ?? 'it did not say why'}; the mail service goes on trying for a while`;
    case 'suppressed':
      return whyOf(said) ?? 'mails to this address came back before, or were called spam';
  }
}

/** Not part of an IP address, which is made of the same. */
const CODE = /(?<![\d.])[245]\.(\d{1,3})\.(\d{1,3})(?!\.?\d)/;
const OLD_CODE = /\b([45]\d\d)\b/;

function whyOf({ status, reason }: Said): string | null {
  const [, subject, detail] = CODE.exec(status) ?? CODE.exec(reason) ?? [];
  if (subject !== undefined) return byCode(subject, `${subject}.${detail}`);
  const [, old = ''] = OLD_CODE.exec(status) ?? [];
  return OLD_CODES.get(old) ?? null;
}

/** Enhanced status codes (RFC 3463, and the registry of IANA): the subject, unless the detail says more. */
function byCode(subject: string, code: string): string | null {
  return DETAILS.get(code) ?? SUBJECTS.get(subject) ?? null;
}

const DETAILS = new Map([
  ['1.2', 'there is no mail server at that domain'],
  ['1.10', 'that domain takes no mail'],
  ['2.1', 'the mailbox is switched off'],
  ['2.2', 'the mailbox is full'],
]);

const SUBJECTS = new Map([
  ['1', 'there is no such mailbox'],
  ['2', 'the mailbox takes no mail'],
  ['3', 'their mail server can’t take it'],
  ['4', 'their mail server could not be reached'],
  ['7', 'their mail server refused it as unwanted'],
]);

/** Codes of servers that give no other (RFC 5321). 550 and 554 may mean anything. */
const OLD_CODES = new Map([
  ['551', 'there is no such mailbox'],
  ['552', 'the mailbox is full'],
  ['553', 'there is no such mailbox'],
]);
