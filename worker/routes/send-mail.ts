import type { AppContext } from '../context.ts';
import { afterResponse } from '../http/after-response.ts';
import { logError } from '../http/log.ts';
import { storesOf } from '../http/request-stores.ts';
import type { MailDeps } from '../mail/deliver.ts';
import type { MailJob } from '../mail/jobs.ts';
import { sendOff } from '../mail/queue.ts';

/**
 * Enqueues a mail and tries to send it, after the response: for a known address and an unknown one, and whatever the mail
 * service does, the visitor has by then had the same answer in the same time.
 * @param enqueue returns null when no mail is to be sent
 */
export function enqueueAndSendAfterResponse(c: AppContext, enqueue: () => Promise<MailJob | null>): void {
  afterResponse(c, 'mail', async () => {
    const job = await enqueue();
    if (job !== null) await send(c, job);
  });
}

/** Tries to send, after the response, a mail that was enqueued before it: the page that follows shows its state. */
export function sendAfterResponse(c: AppContext, job: MailJob): void {
  afterResponse(c, 'mail', () => send(c, job));
}

function send(c: AppContext, job: MailJob): Promise<void> {
  return sendOff(mailDepsOf(c), c.env.MAIL_RETRY, job, c.var.now);
}

function mailDepsOf(c: AppContext): MailDeps {
  const { mailer, settings } = c.var;
  return {
    ...storesOf(c),
    mailer,
    platform: settings,
    log: (what, error) => logError(c, what, error),
  };
}
