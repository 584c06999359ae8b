import type { Accepted, MailFailure, OutgoingMail, SendResult } from './service.ts';

/** One try at one mail service. It may throw, or never answer: `patient` (patience.ts) sees to both. */
export type Transport = (mail: OutgoingMail, now: number) => Promise<Tried>;

/** How a try ended. `detail` is whatever the service said. */
export type Tried = Accepted | { ok: false; failure: SendFailure; detail: string };

/** Why a mail service did not take a mail over. */
export type SendFailure = keyof typeof REFUSALS;

/**
 * What each means. `lasting`: a mail that was refused for what it is, or for who we are, would be refused again; the rest
 * passes. `ofSender`: the sender's address may have been refused, so that another could do.
 */
const REFUSALS = {
  unreachable: { lasting: false, ofSender: false },
  timeout: { lasting: false, ofSender: false },
  'service-error': { lasting: false, ofSender: false },
  'rate-limited': { lasting: false, ofSender: false },
  quota: { lasting: false, ofSender: false },
  unclear: { lasting: false, ofSender: false },
  undelivered: { lasting: false, ofSender: true },
  'sender-refused': { lasting: true, ofSender: true },
  suppressed: { lasting: true, ofSender: false },
  refused: { lasting: true, ofSender: true },
} as const satisfies Partial<Record<MailFailure, { lasting: boolean; ofSender: boolean }>>;

/** Faults on the way to the service or inside of it, which are often gone at once. Its own answers (4xx) are not. */
const AT_ONCE: SendFailure[] = ['unreachable', 'timeout', 'service-error'];

export function isWorthARetryAtOnce(tried: Tried): boolean {
  return !tried.ok && AT_ONCE.includes(tried.failure);
}

/** A try that failed, as the rest of the house reads it. */
export function resultOf(tried: Tried): SendResult {
  if (tried.ok) return tried;
  const { failure, detail } = tried;
  return { ok: false, failure, ...REFUSALS[failure], detail: `${failure}: ${plain(detail)}` };
}

const LONGEST_DETAIL = 300;
/** Of what a stranger's mail server says no more is read: over half a megabyte of `<` the patterns below take minutes. */
const LONGEST_READ = 1000;

/** Upstream text for a line of the log: no markup, addresses or marks that turn it round, nothing as long as a token. */
export function plain(text: string): string {
  return beginningOf(text)
    .replace(/<[^>]*>/g, ' ')
    .replace(/[^\s@"'<>]+@[^\s@"'<>]+/g, '…@…')
    .replace(/[\w-]{40,}/g, '…')
    .replace(/[\p{Bidi_Control}\p{Cc}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_DETAIL);
}

/** Without the word that the end fell into: half a token is too short to be taken for one. */
function beginningOf(text: string): string {
  return text.length <= LONGEST_READ ? text : text.slice(0, LONGEST_READ).replace(/\S+$/, '');
}
