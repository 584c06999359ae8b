import { mailchannels } from './mailchannels.ts';
import type { Mailer } from './mailer.ts';
import { outbox } from './outbox.ts';

type MailSettings = { mailTransport: 'mailchannels' | 'outbox'; mailchannelsApiKey: string };

/** The transport that the setting MAIL_TRANSPORT names. */
export function createMailer(settings: MailSettings, stores: { TOKENS: KVNamespace }): Mailer {
  switch (settings.mailTransport) {
    case 'mailchannels':
      return mailchannels(settings.mailchannelsApiKey);
    case 'outbox':
      return outbox(stores.TOKENS);
  }
}
