import type { Context } from 'hono';
import type { AppEnv } from '../context.ts';
import type { Post } from '../delivery/deliver.ts';
import type { Order } from '../delivery/order.ts';
import { sendOff } from '../delivery/retry.ts';
import { afterResponse, logError } from '../http/reference.ts';
import { storesOf } from '../http/stores.ts';

/**
 * Orders a mail and tries to send it, after the response: for a known address and an unknown one, and whatever the
 * mail service does, the visitor has by then had the same answer in the same time.
 */
export function mailLater(c: Context<AppEnv>, ordering: () => Promise<Order | null>): void {
  const { now } = c.var;
  afterResponse(c, 'mail', async () => {
    const order = await ordering();
    if (order !== null) await sendOff(postOf(c), c.env.MAIL_RETRY, order, now);
  });
}

function postOf(c: Context<AppEnv>): Post {
  const { mailer, settings } = c.var;
  return {
    ...storesOf(c),
    mailer,
    platform: settings,
    log: (what, error) => logError(c, what, error),
  };
}
