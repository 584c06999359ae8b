import type { AppContext } from '../context.ts';
import { afterResponse } from '../http/after-response.ts';
import { logError } from '../http/log.ts';
import { storesOf } from '../http/request-stores.ts';
import type { MailDeps } from '../mail/deliver.ts';
import type { MailJob } from '../mail/jobs.ts';
import { sendOff } from '../mail/queue.ts';

/**
 * Orders a mail and tries to send it, after the response: for a known address and an unknown one, and whatever the
 * mail service does, the visitor has by then had the same answer in the same time.
 */
export function mailLater(c: AppContext, ordering: () => Promise<MailJob | null>): void {
  afterResponse(c, 'mail', async () => {
    const job = await ordering();
    if (job !== null) await send(c, job);
  });
}

/** Tries to send, after the response, a mail that was ordered before it: the page that follows shows how it stands. */
export function sendLater(c: AppContext, job: MailJob): void {
  afterResponse(c, 'mail', () => send(c, job));
}

function send(c: AppContext, job: MailJob): Promise<void> {
  return sendOff(postOf(c), c.env.MAIL_RETRY, job, c.var.now);
}

function postOf(c: AppContext): MailDeps {
  const { mailer, settings } = c.var;
  return {
    ...storesOf(c),
    mailer,
    platform: settings,
    log: (what, error) => logError(c, what, error),
  };
}
