import * as v from 'valibot';
import { seconds } from '../../values/duration.ts';
import { forLog, type MailFailure } from '../service.ts';
import { type DeliveryStatus, deliveryFailure } from './failure-codes.ts';

/** What became of one mail. `failure` is null when it was delivered; `detail` is for the log, in the service's words. */
export type MailEvent = {
  status: DeliveryStatus;
  /** The mail's Message-ID without angle brackets, and the request that brought it; '' for one that isn't named. */
  messageId: string;
  requestId: string;
  at: number;
  failure: MailFailure | null;
  detail: string;
};

const STATUSES = new Map<string, DeliveryStatus>([
  ['delivered', 'delivered'],
  ['hard-bounced', 'bounced'],
  ['soft-bounced', 'delayed'],
  ['dropped', 'suppressed'],
  ['complained', 'complained'],
]);

/** As many events as MailChannels puts into one webhook. */
const WEBHOOK_EVENTS = 1000;

/** The longest Message-ID there can be: a line of a header (RFC 5322, 2.1.1). */
const id = v.optional(v.pipe(v.string(), v.maxLength(998)), '');
const words = v.fallback(v.pipe(v.union([v.string(), v.number()]), v.transform(String)), '');
const Event = v.object({
  event: v.string(),
  customer_handle: v.string(),
  timestamp: v.pipe(v.number(), v.finite(), v.transform(Math.floor)),
  smtp_id: id,
  request_id: id,
  status: words,
  reason: words,
});
const List = v.pipe(v.string(), v.parseJson(), v.array(v.unknown()));

/** How many of a webhook's events are about our account, and of these the ones that say what became of a mail. */
export type Events =
  | { ok: true; ours: number; events: MailEvent[] }
  | { ok: false; why: 'no list' | 'too many' };

/**
 * Reads the events of a webhook that MailChannels signed. Attack: any customer of MailChannels can register our address, and
 * the same key signs their events. So events of other accounts are skipped, and unreadable ones too.
 */
export function readEvents(payload: string, account: string): Events {
  const list = v.safeParse(List, payload);
  if (!list.success) return { ok: false, why: 'no list' };
  if (list.output.length > WEBHOOK_EVENTS) return { ok: false, why: 'too many' };
  const events = list.output.flatMap((entry) => {
    const parsed = v.safeParse(Event, entry);
    return parsed.success && parsed.output.customer_handle === account ? [parsed.output] : [];
  });
  return { ok: true, ours: events.length, events: events.flatMap(eventIn) };
}

function eventIn(event: v.InferOutput<typeof Event>): MailEvent[] {
  const status = STATUSES.get(event.event);
  if (status === undefined) return [];
  return [
    {
      status,
      messageId: bareMessageId(event.smtp_id),
      requestId: event.request_id,
      at: seconds(event.timestamp),
      failure: deliveryFailure(status, event),
      detail: forLog(`${event.event} ${event.status} ${event.reason}`),
    },
  ];
}

/** A Message-ID without the angle brackets that some spell it with (RFC 5322, 3.6.4). */
export function bareMessageId(id: string): string {
  return id.trim().replace(/^<|>$/g, '');
}
