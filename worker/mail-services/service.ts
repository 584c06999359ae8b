import type { MAIL_FAILURES } from '../db/schema.ts';

/** Why a mail did not leave, was not delivered, or was no longer needed: a code. */
export type MailFailure = (typeof MAIL_FAILURES)[number];

/** A mail ready to leave. `to` is always a stored address, never what a visitor typed. */
export type OutgoingMail = {
  /** `<id in the table mails>@<domain of MAIL_FROM>`: the same at every try, so that copies can be recognised. */
  id: string;
  to: string;
  from: { name: string; email: string };
  replyTo: string | null;
  /** Whose key signs it, when it comes from a freelancer's own domain; null: the one that the mail service holds for `from`. */
  dkim: { domain: string; selector: string } | null;
  subject: string;
  text: string;
  html: string;
};

/**
 * The result of sending: accepted by the mail service, or refused. `detail`: the service's words, for the log only.
 * `lasting`: another try cannot help. `ofSender`: the From address may be the reason.
 */
export type SendResult = Accepted | Refusal;
/** The service's ids for the mail (Message-ID) and for our request, if it gave them. Delivery events carry these ids. */
export type Accepted = { ok: true; id: string | null; requestId: string | null };
export type Refusal = {
  ok: false;
  failure: MailFailure;
  lasting: boolean;
  ofSender: boolean;
  detail: string;
};

/** The one way mail leaves. Whatever goes wrong is a value. */
export type Mailer = { send(mail: OutgoingMail, now: number): Promise<SendResult> };

/**
 * The headers of every mail that have no field of their own. The first stops automatic replies (RFC 3834), the second those of
 * Exchange (MS-OXCMAIL, 2.2.3.2.14). MailChannels and Cloudflare set `Message-ID` themselves and refuse ours, so our id is in
 * `X-Latchkey-Mail`. No mail answers another, so none has `References` or `In-Reply-To`.
 */
export function headersOf({ id }: OutgoingMail): Record<string, string> {
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'X-Latchkey-Mail': `<${id}>`,
  };
}

/** One try at one mail service. It may throw, or never answer: `withRetry` sees to both. */
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

/** A try as its result: what its failure means, and a detail that a log may hold. */
export function resultOf(tried: Tried): SendResult {
  if (tried.ok) return tried;
  const { failure, detail } = tried;
  return { ok: false, failure, ...REFUSALS[failure], detail: `${failure}: ${forLog(detail)}` };
}

const LONGEST_DETAIL = 300;
/** Of what a stranger's mail server says no more is read: over half a megabyte of `<` the patterns below take minutes. */
const LONGEST_READ = 1000;

/** Upstream text for a line of the log: no markup, addresses or marks that turn it round, nothing as long as a token. */
export function forLog(text: string): string {
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
