import { and, eq, isNull, sql } from 'drizzle-orm';
import { type MailActivity, recordMailActivity } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { MailId } from '../db/ids.ts';
import { mails } from '../db/schema.ts';
import { countTry } from '../limits/limiter.ts';
import { EARLY_EVENT_PAUSE, EVENT_MAY_COME_EARLY, WEBHOOK_ONCE } from '../limits/rules.ts';
import { bareMessageId, type MailEvent } from '../mail-services/mailchannels/events.ts';
import type { MailDeps } from './deliver.ts';
import type { Mail } from './mails.ts';

/**
 * Takes in what the mail service tells of mails; false when this message of it was here before. One transaction with
 * remembering the message: what fails comes again and still counts, and what counts twice changes nothing.
 */
export async function recordDeliveryEvents(
  { db, log }: Pick<MailDeps, 'db' | 'log'>,
  message: string,
  events: MailEvent[],
  now: number,
): Promise<boolean> {
  const known = await findMails(db, events, now);
  const unknown = events.length - known.length;
  if (unknown > 0) log('news of mails', `${unknown} of ${events.length} about no mail of ours`);
  for (const { mail, event } of known) {
    if (event.status !== 'delivered') log('news of a mail', `${mail.id}: ${event.detail}`);
  }
  const [counted] = await db.batch([
    countTry(db, WEBHOOK_ONCE, message, now),
    recordMailActivity(
      db,
      known.flatMap((news) => activityOf(news, now)),
    ),
    markDelivered(db, known, now),
  ]);
  return counted.length > 0;
}

/** An event, and the mail it is about. */
type News = { event: MailEvent; mail: Named };
type Named = Pick<Mail, 'id' | 'kind' | 'providerId' | 'requestId' | 'createdAt' | 'settledAt'>;

/** The mails that events name. What has only just happened may be of a mail whose acceptance is being written down. */
async function findMails(db: Db, events: MailEvent[], now: number): Promise<News[]> {
  const known = await matchMails(db, events);
  const found = new Set(known.map(({ event }) => event));
  const young = events.filter(
    (event) => event.at > now - EVENT_MAY_COME_EARLY && !found.has(event),
  );
  if (young.length === 0) return known;
  await new Promise((resolve) => setTimeout(resolve, EARLY_EVENT_PAUSE));
  return [...known, ...(await matchMails(db, young))];
}

/** By Message-ID, which is kept as the service spelled it; else by the request, which brought one mail. */
async function matchMails(db: Db, events: MailEvent[]): Promise<News[]> {
  if (events.length === 0) return [];
  const spelled = events.flatMap(({ messageId }) => [messageId, `<${messageId}>`]);
  const [byMessage, byRequest] = await db.batch([
    named(db).where(sql`${mails.providerId} IN ${each(spelled)}`),
    named(db).where(sql`${mails.requestId} IN ${each(events.map(({ requestId }) => requestId))}`),
  ]);
  const messages = new Map(byMessage.map((mail) => [bareMessageId(mail.providerId ?? ''), mail]));
  const requests = new Map(byRequest.map((mail) => [mail.requestId, mail]));
  return events.flatMap((event) => {
    const mail = messages.get(event.messageId) ?? requests.get(event.requestId);
    return mail === undefined ? [] : [{ event, mail }];
  });
}

function named(db: Db) {
  const { id, kind, providerId, requestId, createdAt, settledAt } = mails;
  return db.select({ id, kind, providerId, requestId, createdAt, settledAt }).from(mails);
}

/** As many values as there are by one parameter: D1 takes a hundred. */
function each(values: string[]) {
  const some = values.filter((value) => value !== '' && value !== '<>');
  return sql`(SELECT value FROM json_each(${JSON.stringify(some)}))`;
}

function activityOf({ event, mail }: News, now: number): MailActivity[] {
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

/** The statement that writes down which mails were delivered, and when that was first told. */
function markDelivered(db: Db, known: News[], now: number) {
  const delivered = known
    .filter(({ event }) => event.status === 'delivered')
    .map((news): { mail: MailId; at: number } => ({ mail: news.mail.id, at: momentOf(news, now) }));
  return db
    .update(mails)
    .set({ deliveredAt: sql`news.value ->> 'at'` })
    .from(sql`json_each(${JSON.stringify(delivered)}) AS news`)
    .where(and(eq(mails.id, sql`news.value ->> 'mail'`), isNull(mails.deliveredAt)));
}

/** When it happened. Their clock is another, and counts seconds: never in the future, never before the mail left. */
function momentOf({ event, mail }: News, now: number): number {
  return Math.max(Math.min(event.at, now), mail.settledAt ?? mail.createdAt);
}
