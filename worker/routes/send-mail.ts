import type { Context } from 'hono';
import type { AppEnv } from '../context.ts';
import { afterResponse, logError } from '../http/log.ts';
import { storesOf } from '../http/stores.ts';
import type { Post } from '../mail/deliver.ts';
import type { Order } from '../mail/jobs.ts';
import { sendOff } from '../mail/queue.ts';

/**
 * Orders a mail and tries to send it, after the response: for a known address and an unknown one, and whatever the
 * mail service does, the visitor has by then had the same answer in the same time.
 */
export function mailLater(c: Context<AppEnv>, ordering: () => Promise<Order | null>): void {
  afterResponse(c, 'mail', async () => {
    const order = await ordering();
    if (order !== null) await send(c, order);
  });
}

/** Tries to send, after the response, a mail that was ordered before it: the page that follows shows how it stands. */
export function sendLater(c: Context<AppEnv>, order: Order): void {
  afterResponse(c, 'mail', () => send(c, order));
}

function send(c: Context<AppEnv>, order: Order): Promise<void> {
  return sendOff(postOf(c), c.env.MAIL_RETRY, order, c.var.now);
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
