import { and, eq, exists, inArray, type SQL, sql } from 'drizzle-orm';
import { accountColumns } from '../accounts/account.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { MailId } from '../db/ids.ts';
import { mails } from '../db/schema.ts';
import { MAIL_TRY_LONGEST } from '../limits/rules.ts';
import type { Accepted, MailFailure } from '../mail-services/service.ts';
import { type MailJob, recipientAccount } from './jobs.ts';

export type Mail = typeof mails.$inferSelect;
export type MailState = Mail['state'];
export type MailKind = Mail['kind'];

/** The statement that writes down that a mail was ordered, if a condition holds. */
export function insertMail(db: Db, job: MailJob, only: SQL) {
  const { workspace, contact, member } = accountColumns(recipientAccount(job));
  const isTold = job.kind === 'sample' || job.kind === 'confirm-sender';
  const about = isTold ? job.workspace : null;
  return db.insert(mails).select(
    sql`SELECT ${job.mail}, ${job.kind}, ${workspace}, ${contact}, ${member},
          'waiting', '', 0, NULL, NULL, ${job.at}, NULL, NULL, NULL, ${about}
        WHERE ${only}`,
  );
}

/** The statement that finds a mail. */
export function findMail(db: Db, id: MailId) {
  return db.select().from(mails).where(eq(mails.id, id));
}

/** Whether a try that began is still under way; else it was cut off, and nobody knows how far it got. */
export function isUnderWay(mail: Pick<Mail, 'triedAt'>, now: number): boolean {
  return now < (mail.triedAt ?? 0) + MAIL_TRY_LONGEST;
}

/**
 * Takes a mail in hand: of any number who hold its order, one may send.
 * @returns which try this is; null when somebody else has it, or it is settled
 */
export async function claim(db: Db, id: MailId, now: number): Promise<number | null> {
  const [claimed] = await db
    .update(mails)
    .set({ state: 'sending', tries: sql`${mails.tries} + 1`, triedAt: now })
    .where(and(eq(mails.id, id), eq(mails.state, 'waiting')))
    .returning({ tries: mails.tries });
  return claimed?.tries ?? null;
}

/** The mail service has taken it over. */
export async function accept(
  db: Db,
  id: MailId,
  { id: providerId, requestId }: Accepted,
  now: number,
): Promise<void> {
  await db
    .update(mails)
    .set({ state: 'accepted', failure: '', providerId, requestId, settledAt: now })
    .where(and(eq(mails.id, id), eq(mails.state, 'sending')));
}

/** It did not leave, and will be tried again. A later try than this one, which may be under way, is left alone. */
export async function putOff(
  db: Db,
  id: MailId,
  tries: number,
  failure: MailFailure,
): Promise<void> {
  await db
    .update(mails)
    .set({ state: 'waiting', failure })
    .where(and(eq(mails.id, id), eq(mails.state, 'sending'), eq(mails.tries, tries)));
}

/** Nobody needs it any more: no failure, and nothing to tell but that. */
export async function drop(db: Db, id: MailId, failure: MailFailure, now: number): Promise<void> {
  await db
    .update(mails)
    .set({ state: 'dropped', failure, settledAt: now })
    .where(and(eq(mails.id, id), eq(mails.state, 'waiting')));
}

/** How a mail failed for good. `after` is why its last try failed, when that alone would have been no end. */
export type Failed = {
  state: 'failed' | 'given-up';
  failure: MailFailure;
  after?: MailFailure;
  tries: number;
};

/**
 * It will never leave. The freelancer reads why among what happened to the contact; of a sample or a code, from its own row.
 * @param from the states that it may be in: what somebody else has in hand, or has settled, stays as it is
 */
export async function fail(
  db: Db,
  job: MailJob,
  from: ('waiting' | 'sending')[],
  { state, failure, after, tries }: Failed,
  now: number,
): Promise<void> {
  const account = recipientAccount(job);
  const isOpen = and(eq(mails.id, job.mail), inArray(mails.state, from));
  const settle = db.update(mails).set({ state, failure, settledAt: now }).where(isOpen);
  if (account.kind !== 'contact') {
    await settle;
    return;
  }
  const { workspace, id: contact } = account;
  const kind = job.kind === 'sign-in' ? 'link_failed' : 'notice_failed';
  const detail = { failure, after: after ?? '', tries, mail: job.kind } as const;
  const entry = { kind, workspace, contact, detail } as const;
  const isFirst = exists(db.select({ id: mails.id }).from(mails).where(isOpen));
  await db.batch([recordActivityIf(db, entry, isFirst, now), settle]);
}
