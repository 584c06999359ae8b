import { and, eq, isNull, sql } from 'drizzle-orm';
import { type MailActivity, recordMailActivity } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { MailId } from '../db/ids.ts';
import { mails } from '../db/schema.ts';
import { countTry } from '../limits/limiter.ts';
import { WEBHOOK_ONCE } from '../limits/rules.ts';
import { bareMessageId, type MailEvent } from '../mail-services/mailchannels/events.ts';
import { minutes, seconds } from '../values/duration.ts';
import type { MailDeps } from './deliver.ts';
import type { Mail } from './mails.ts';

/**
 * A delivery event can arrive before we have saved that the mail was accepted. For such recent events the mail is looked
 * up again after EARLY_EVENT_PAUSE.
 */
export const EVENT_MAY_COME_EARLY = minutes(1);
export const EARLY_EVENT_PAUSE = seconds(2);

/**
 * Records the events of a webhook; false if this webhook was recorded before. The events and the mark that it was recorded
 * are one transaction: a failed webhook can be sent again, and a repeated one changes nothing.
 */
export async function recordDeliveryEvents(
  { db, log }: Pick<MailDeps, 'db' | 'log'>,
  message: string,
  events: MailEvent[],
  now: number,
): Promise<boolean> {
  const known = await findMails(db, events, now);
  const unknown = events.length - known.length;
  if (unknown > 0) log('events of mails', `${unknown} of ${events.length} about no mail of ours`);
  for (const { mail, event } of known) {
    if (event.status !== 'delivered') log('event of a mail', `${mail.id}: ${event.detail}`);
  }
  const [counted] = await db.batch([
    countTry(db, WEBHOOK_ONCE, message, now),
    recordMailActivity(
      db,
      known.flatMap((matched) => activityOf(matched, now)),
    ),
    markDelivered(db, known, now),
  ]);
  return counted.length > 0;
}

/** An event, and the mail that it is about. */
type Matched = { event: MailEvent; mail: EventMail };
type EventMail = Pick<Mail, 'id' | 'kind' | 'providerId' | 'requestId' | 'createdAt' | 'settledAt'>;

/** The mails that events name. Those of recent events are looked up again if they are not found. */
async function findMails(db: Db, events: MailEvent[], now: number): Promise<Matched[]> {
  const known = await matchMails(db, events);
  const found = new Set(known.map(({ event }) => event));
  const young = events.filter(
    (event) => event.at > now - EVENT_MAY_COME_EARLY && !found.has(event),
  );
  if (young.length === 0) return known;
  await new Promise((resolve) => setTimeout(resolve, EARLY_EVENT_PAUSE));
  return [...known, ...(await matchMails(db, young))];
}

/** Matches by Message-ID, which is stored with or without brackets; else by the id of the request, which carried one mail. */
async function matchMails(db: Db, events: MailEvent[]): Promise<Matched[]> {
  if (events.length === 0) return [];
  const spelled = events.flatMap(({ messageId }) => [messageId, `<${messageId}>`]);
  const [byMessage, byRequest] = await db.batch([
    eventMails(db).where(sql`${mails.providerId} IN ${each(spelled)}`),
    eventMails(db).where(
      sql`${mails.requestId} IN ${each(events.map(({ requestId }) => requestId))}`,
    ),
  ]);
  const messages = new Map(byMessage.map((mail) => [bareMessageId(mail.providerId ?? ''), mail]));
  const requests = new Map(byRequest.map((mail) => [mail.requestId, mail]));
  return events.flatMap((event) => {
    const mail = messages.get(event.messageId) ?? requests.get(event.requestId);
    return mail === undefined ? [] : [{ event, mail }];
  });
}

function eventMails(db: Db) {
  const { id, kind, providerId, requestId, createdAt, settledAt } = mails;
  return db.select({ id, kind, providerId, requestId, createdAt, settledAt }).from(mails);
}

/** Any number of values as one parameter: D1 takes a hundred. */
function each(values: string[]) {
  const some = values.filter((value) => value !== '' && value !== '<>');
  return sql`(SELECT value FROM json_each(${JSON.stringify(some)}))`;
}

function activityOf({ event, mail }: Matched, now: number): MailActivity[] {
  const { status, failure } = event;
  if (status === 'delivered') return [];
  const detail = { failure: failure ?? '', mail: mail.kind } as const;
  return [{ mail: mail.id, kind: KINDS[status], at: momentOf({ event, mail }, now), detail }];
}

const KINDS = {
  bounced: 'mail_bounced',
  delayed: 'mail_delayed',
  suppressed: 'mail_suppressed',
  complained: 'mail_complained',
} as const;

/** The statement that writes down which mails were delivered, and when, by the first event that says so. */
function markDelivered(db: Db, known: Matched[], now: number) {
  const delivered = known
    .filter(({ event }) => event.status === 'delivered')
    .map((matched): { mail: MailId; at: number } => ({
      mail: matched.mail.id,
      at: momentOf(matched, now),
    }));
  return db
    .update(mails)
    .set({ deliveredAt: sql`event.value ->> 'at'` })
    .from(sql`json_each(${JSON.stringify(delivered)}) AS event`)
    .where(and(eq(mails.id, sql`event.value ->> 'mail'`), isNull(mails.deliveredAt)));
}

/** When it happened. Their clock is another, and counts seconds: never in the future, never before the mail left. */
function momentOf({ event, mail }: Matched, now: number): number {
  return Math.max(Math.min(event.at, now), mail.settledAt ?? mail.createdAt);
}
