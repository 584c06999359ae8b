import { MailChannels } from 'mailchannels-sdk';
import { seconds } from '../limits/duration.ts';
import type { Mailer, OutgoingMail, SendResult } from './mailer.ts';

/** The SDK has no time-out of its own, and nobody waits longer than this for a sign-in mail to leave. */
const TIME_OUT = seconds(10);

const UNREACHABLE: SendResult = { ok: false, reason: 'the mail service could not be reached' };
const REFUSED: SendResult = { ok: false, reason: 'the mail service did not accept the mail' };

/**
 * The transport MailChannels, through its maintained client. Two of its traps: a recipient given as a
 * *string* is parsed, so an address inside another would win; and a `failed` result comes inside `success`.
 */
export function mailchannels(apiKey: string): Mailer {
  const client = new MailChannels(apiKey);
  return {
    async send(mail) {
      try {
        const answer = await Promise.race([client.emails.send(messageOf(mail)), timeOut()]);
        if (answer === null) return UNREACHABLE;
        const results = answer.data?.results ?? [];
        const failed = results.some(({ status }) => status === 'failed');
        return answer.success && !failed ? { ok: true } : REFUSED;
      } catch {
        return UNREACHABLE;
      }
    },
  };
}

function messageOf(mail: OutgoingMail) {
  const { to, from, replyTo, subject, html, text } = mail;
  return {
    to: [{ email: to }],
    from,
    ...(replyTo === null ? {} : { replyTo: { email: replyTo } }),
    subject,
    html,
    text,
    headers: { 'Auto-Submitted': 'auto-generated' },
    tracking: { click: false, open: false },
    transactional: true,
  };
}

function timeOut(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), TIME_OUT));
}
