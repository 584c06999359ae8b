import type { Email } from './email-address.ts';

/** The domains of Gmail, where dots and what follows a plus do not count (support.google.com/mail/answer/7436150). */
const GMAIL = new Set(['gmail.com', 'googlemail.com']);

/**
 * The key of the mailbox that an address surely leads to: one key for all spellings at Gmail, the address's own key
 * anywhere else. Stored as `mailbox_key`; people are looked up by it (decision 0028).
 */
export function mailboxOf({ key }: Pick<Email, 'key'>): string {
  const at = key.lastIndexOf('@');
  if (!GMAIL.has(key.slice(at + 1))) return key;
  const local = withoutTag(key.slice(0, at)).replaceAll('.', '');
  return local === '' ? key : `${local}@gmail.com`;
}

/**
 * The key of the mailbox that an address probably leads to, to count mails by. Attack: many services read `victim+1` and
 * `vic.tim` as `victim`. Where a service doesn't, two people share a count, so nobody is looked up by it.
 */
export function countedMailboxOf(email: Pick<Email, 'key'>): string {
  const mailbox = mailboxOf(email);
  const at = mailbox.lastIndexOf('@');
  const local = withoutTag(mailbox.slice(0, at)).replaceAll('.', '');
  return local === '' ? mailbox : local + mailbox.slice(at);
}

function withoutTag(local: string): string {
  const plus = local.indexOf('+');
  return plus === -1 ? local : local.slice(0, plus);
}
