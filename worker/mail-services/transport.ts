import type { Accepted, OutgoingMail, SendResult } from './service.ts';

/** One try at one mail service. It may throw, or never answer: `patient` (patience.ts) sees to both. */
export type Transport = (mail: OutgoingMail, now: number) => Promise<Tried>;

/** How a try ended. `detail` is whatever the service said. */
export type Tried = Accepted | { ok: false; why: Why; detail: string };

/** Why a mail service did not take a mail over. */
export type Why = keyof typeof REFUSALS;

/**
 * What each means: the words for the freelancer, with what somebody has to do about it if it does not pass; and whether
 * trying again can help. A mail that was refused for what it is, or for who we are, would be refused again; the rest passes.
 * `ofSender`: it may be the sender's address that was refused, so that another could do.
 */
const REFUSALS = {
  unreachable: { reason: 'the mail service could not be reached', lasting: false, ofSender: false },
  silent: { reason: 'the mail service did not answer in time', lasting: false, ofSender: false },
  broken: { reason: 'the mail service has trouble of its own', lasting: false, ofSender: false },
  busy: {
    reason: 'the mail service takes no more mail for the moment',
    lasting: false,
    ofSender: false,
  },
  full: {
    reason:
      'the mail service takes no more mail today; if it happens again, whoever runs Latchkey for you has to raise the limit there',
    lasting: false,
    ofSender: false,
  },
  unclear: {
    reason: 'the mail service answered something unexpected',
    lasting: false,
    ofSender: false,
  },
  undelivered: {
    reason: 'the mail service could not pass the mail on',
    lasting: false,
    ofSender: true,
  },
  'not us': {
    reason:
      'the mail service does not let this portal send; whoever runs Latchkey for you has to look at its mail settings',
    lasting: true,
    ofSender: true,
  },
  'not them': {
    reason:
      'the mail service no longer mails this address, because mails to it came back or were called spam; ask them for another address, or whoever runs Latchkey for you to have it allowed again',
    lasting: true,
    ofSender: false,
  },
  refused: {
    reason:
      'the mail service did not accept the mail; whoever runs Latchkey for you finds its answer in the log',
    lasting: true,
    ofSender: true,
  },
} as const;

/** Faults on the way to the service or inside of it, which are often gone at once. Its own answers (4xx) are not. */
const AT_ONCE: Why[] = ['unreachable', 'silent', 'broken'];

export function isWorthARetryAtOnce(tried: Tried): boolean {
  return !tried.ok && AT_ONCE.includes(tried.why);
}

/** A try that failed, as the rest of the house reads it. */
export function resultOf(tried: Tried): SendResult {
  if (tried.ok) return tried;
  return { ok: false, ...REFUSALS[tried.why], detail: `${tried.why}: ${plain(tried.detail)}` };
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
