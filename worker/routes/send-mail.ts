import type { AppContext } from '../context.ts';
import { afterResponse } from '../http/after-response.ts';
import { logError } from '../http/log.ts';
import { storesOf } from '../http/request-stores.ts';
import type { MailDeps } from '../mail/deliver.ts';
import { jobWorkspace, type MailJob } from '../mail/jobs.ts';
import { sendOff } from '../mail/queue.ts';
import { warnOfUse } from '../mail/warn.ts';

/**
 * Enqueues a mail after the response, and tries to send it. So the response does not show, by its content or its time,
 * whether an address is known or the mail service works.
 * @param enqueue returns null when no mail is to be sent
 */
export function enqueueAndSendAfterResponse(
  c: AppContext,
  enqueue: () => Promise<MailJob | null>,
): void {
  afterResponse(c, 'mail', async () => {
    const job = await enqueue();
    if (job !== null) await send(c, job);
  });
}

/** Tries to send a mail after the response. The mail was enqueued before, so that the next page can show its state. */
export function sendAfterResponse(c: AppContext, job: MailJob): void {
  afterResponse(c, 'mail', () => send(c, job));
}

async function send(c: AppContext, job: MailJob): Promise<void> {
  const { settings, now } = c.var;
  const deps = mailDepsOf(c);
  await sendOff(deps, c.env.MAIL_RETRY, job, now);
  await warnOfUse(deps, c.env.MAIL_RETRY, settings, jobWorkspace(job), now);
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
