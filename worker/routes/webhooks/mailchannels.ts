import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as paths from '../../../ui/paths.ts';
import type { AppContext, AppEnv } from '../../context.ts';
import { logError } from '../../http/log.ts';
import { recordDeliveryEvents } from '../../mail/delivery-events.ts';
import { readEvents } from '../../mail-services/mailchannels/events.ts';
import type { SigningKeys } from '../../mail-services/mailchannels/signing-keys.ts';
import { verifyWebhook } from '../../mail-services/mailchannels/webhook.ts';

/** Room for as many events as MailChannels puts into one webhook, in bytes. */
const WEBHOOK_LARGEST = 512 * 1024;
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/**
 * Receives delivery events from MailChannels. The request has no cookie and no Origin; the signature is checked instead.
 * The response texts are only for logs.
 * @param keys finds the key that a webhook is signed with
 */
export function mailchannelsWebhook(keys: SigningKeys): Hono<AppEnv> {
  const webhook = new Hono<AppEnv>();
  const limit = bodyLimit({ maxSize: WEBHOOK_LARGEST, onError: tooMuch });

  webhook.post(paths.mailchannelsWebhook(), limit, async (c) => {
    const { db, now, settings } = c.var;
    if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) return c.text('JSON, please\n', 415);
    const payload = await c.req.text();
    const find = (id: string) => keys(id, now, c.env.TOKENS);
    const verified = await verifyWebhook(find, c.req.raw.headers, payload, now);
    if (!verified.ok) return verified.why === 'forged' ? c.text('Refused\n', 401) : later(c);
    const read = readEvents(payload, settings.mailchannelsAccount);
    if (!read.ok) return read.why === 'no list' ? c.text('No list\n', 400) : tooMuch(c);
    if (read.ours === 0) return c.text('Nothing of ours\n');
    const log = (what: string, error: unknown) => logError(c, what, error);
    const isNew = await recordDeliveryEvents({ db, log }, verified.message, read.events, now);
    return isNew ? c.text('Thank you\n') : c.text('Known already\n', 409);
  });

  return webhook;
}

/** MailChannels keeps every event that we did not answer with 2xx, and can send it again (docs/mail.md). */
function later(c: AppContext) {
  logError(c, 'verify a webhook', 'its key could not be looked up just now');
  c.header('retry-after', '60');
  return c.text('Later, please\n', 503);
}

function tooMuch(c: Context) {
  return c.text('Too much at once\n', 413);
}
