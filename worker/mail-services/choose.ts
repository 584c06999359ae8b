import { cloudflare } from './cloudflare.ts';
import { mailchannels } from './mailchannels/send.ts';
import { outbox } from './outbox.ts';
import type { Mailer, Transport } from './service.ts';
import { withRetry } from './with-retry.ts';

export type MailTransport = 'mailchannels' | 'cloudflare' | 'outbox';
type MailSettings = {
  mailTransport: MailTransport;
  mailchannelsApiKey: string;
  mailchannelsUrl: string;
};
type Bindings = { TOKENS: KVNamespace; EMAIL?: SendEmail };

/** The transport that the setting MAIL_TRANSPORT names. */
export function createMailer(settings: MailSettings, bindings: Bindings): Mailer {
  return withRetry(chosen(settings, bindings));
}

function chosen(settings: MailSettings, { TOKENS, EMAIL }: Bindings): Transport {
  switch (settings.mailTransport) {
    case 'mailchannels':
      return mailchannels(settings.mailchannelsApiKey, settings.mailchannelsUrl);
    case 'cloudflare':
      if (EMAIL === undefined)
        throw new Error('settings without the binding EMAIL were let through');
      return cloudflare(EMAIL);
    case 'outbox':
      return outbox(TOKENS);
  }
}
