import * as v from 'valibot';
import { headersOf, type OutgoingMail, type SendFailure, type Transport } from './service.ts';

/** Cloudflare Email Service, through the binding `EMAIL`. What it refuses it throws, with a code. */
export function cloudflare(binding: SendEmail): Transport {
  return async (mail) => {
    try {
      const { messageId } = await binding.send(messageOf(mail));
      return { ok: true, id: messageId, requestId: null };
    } catch (error) {
      const { code, message } = read(error);
      return { ok: false, failure: failureOf(code), detail: `${code} ${message}` };
    }
  };
}

/** Addresses as objects, which are not parsed. The type wants a name: the address again, or the sender's. */
function messageOf(mail: OutgoingMail) {
  const { to, from, replyTo, subject, html, text } = mail;
  return {
    to: { email: to, name: to },
    from,
    ...(replyTo === null ? {} : { replyTo: { email: replyTo, name: from.name } }),
    subject,
    html,
    text,
    headers: headersOf(mail),
  };
}

const Thrown = v.object({
  code: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
});

function read(error: unknown): v.InferOutput<typeof Thrown> {
  const parsed = v.safeParse(Thrown, error);
  return parsed.success ? parsed.output : { code: '', message: String(error) };
}

/** https://developers.cloudflare.com/email-service/api/send-emails/workers-api/#error-codes */
function failureOf(code: string): SendFailure {
  switch (code) {
    case '':
      return 'unreachable';
    case 'E_INTERNAL_SERVER_ERROR':
      return 'service-error';
    case 'E_RATE_LIMIT_EXCEEDED':
      return 'rate-limited';
    case 'E_DAILY_LIMIT_EXCEEDED':
      return 'quota';
    case 'E_DELIVERY_FAILED':
      return 'undelivered';
    case 'E_SENDER_NOT_VERIFIED':
    case 'E_SENDER_DOMAIN_NOT_AVAILABLE':
      return 'sender-refused';
    case 'E_RECIPIENT_SUPPRESSED':
      return 'suppressed';
    default:
      return 'refused';
  }
}
