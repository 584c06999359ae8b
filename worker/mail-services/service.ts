import type { MAIL_FAILURES } from '../db/schema.ts';

/** Why a mail did not leave, was not delivered or was dropped: a code. */
export type MailFailure = (typeof MAIL_FAILURES)[number];

/** A mail ready to leave. `to` is always a stored address, never what a visitor typed. */
export type OutgoingMail = {
  /** `<id of the order>@<domain of MAIL_FROM>`: the same at every try and from every sender, so that copies can be told. */
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
 * What became of it: taken over by the mail service, or not. `detail` may hold the service's own words, and goes to the log only; `lasting`: trying again cannot help; `ofSender`: the fault may be the
 * address that it came from.
 */
export type SendResult = Accepted | Refusal;
/** What the mail service calls the mail (its Message-ID) and the request that brought it, if it says: its news name them. */
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
 * The headers of every mail beside those it has fields for. `Auto-Submitted` keeps holiday answers away (RFC 3834).
 * A `Message-ID` of ours is refused by MailChannels and by Cloudflare, which set their own: hence the second.
 */
export function headersOf({ id }: OutgoingMail): Record<string, string> {
  return { 'Auto-Submitted': 'auto-generated', 'X-Latchkey-Mail': `<${id}>` };
}
