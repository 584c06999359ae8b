import { Emails, MailChannelsClient } from 'mailchannels-sdk';
import { headersOf, type OutgoingMail, type SendFailure, type Transport } from '../service.ts';

/**
 * MailChannels, through its maintained client. Its traps: a recipient given as a *string* is parsed, so an address
 * inside another would win; a `failed` result comes inside `success`; and so does a 200 that holds no result at all,
 * such as somebody's login page.
 * @param url where the API is, when it is a stand-in on this machine; '' for the real one
 */
export function mailchannels(apiKey: string, url = ''): Transport {
  const emails = new Emails(new MailChannelsClient(apiKey, url === '' ? {} : { baseUrl: url }));
  return async (mail) => {
    const { data, error } = await emails.send(messageOf(mail));
    if (error !== null) {
      return { ok: false, failure: failureOf(error), detail: error.message };
    }
    const [result] = data?.results ?? [];
    if (result === undefined)
      return { ok: false, failure: 'unclear', detail: 'an answer without a result' };
    if (result.status === 'failed') {
      return { ok: false, failure: 'undelivered', detail: result.reason ?? 'failed' };
    }
    return { ok: true, id: result.messageId ?? null, requestId: data?.requestId ?? null };
  };
}

function messageOf(mail: OutgoingMail) {
  const { to, from, replyTo, dkim, subject, html, text } = mail;
  return {
    to: [{ email: to }],
    from,
    ...(replyTo === null ? {} : { replyTo: { email: replyTo } }),
    // without a private key: the one that the service holds for this selector signs
    ...(dkim === null ? {} : { dkim }),
    subject,
    html,
    text,
    headers: headersOf(mail),
    tracking: { click: false, open: false },
    transactional: true,
  };
}

/**
 * The library gives no HTTP status in two cases: no answer (its message begins with `[POST]`), or an answer that it cannot
 * read. In the second case the mail may have been accepted, so there is no retry at once.
 */
function failureOf(error: { statusCode: number | null; message: string }): SendFailure {
  const { statusCode, message } = error;
  if (statusCode === null) return message.startsWith('[POST]') ? 'unreachable' : 'unclear';
  if (statusCode >= 500) return 'service-error';
  if (statusCode === 401 || statusCode === 403) return 'sender-refused';
  if (statusCode === 408 || statusCode === 425 || statusCode === 429) return 'rate-limited';
  return 'refused';
}
