import { and, eq, exists, inArray, sql } from 'drizzle-orm';
import { accountColumns } from '../accounts/account.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { MailId } from '../db/ids.ts';
import { mails } from '../db/schema.ts';
import type { Accepted, MailFailure } from '../mail-services/service.ts';
import { minutes, seconds } from '../values/duration.ts';
import { type MailJob, recipientAccount } from './jobs.ts';
import type { SignInJob } from './messages/sign-in.tsx';

export type Mail = typeof mails.$inferSelect;
export type MailState = Mail['state'];

/** A try that lasts longer was cut off: it is four MAIL_TIME_OUTs, and time to save the result. */
export const MAIL_TRY_LONGEST = minutes(1);

/**
 * If D1 fails while the result of a try is saved, saving is tried again after these pauses. The result cannot be found
 * out later.
 */
export const SAVE_RETRY_DELAYS = [200, seconds(1)];

/** The statement that finds a mail. */
export function findMail(db: Db, id: MailId) {
  return db.select().from(mails).where(eq(mails.id, id));
}

/** Whether a try that began is still under way; else it was cut off, and nobody knows how far it got. */
export function isUnderWay(mail: Pick<Mail, 'triedAt'>, now: number): boolean {
  return now < (mail.triedAt ?? 0) + MAIL_TRY_LONGEST;
}

/**
 * Claims a mail for one try: of any number who hold its job, one may send.
 * @returns which try this is; null when another try has it, or it is settled
 */
export async function claim(db: Db, id: MailId, now: number): Promise<number | null> {
  const [claimed] = await db
    .update(mails)
    .set({ state: 'sending', tries: sql`${mails.tries} + 1`, triedAt: now })
    .where(and(eq(mails.id, id), eq(mails.state, 'waiting')))
    .returning({ tries: mails.tries });
  return claimed?.tries ?? null;
}

/**
 * Saves the result of a try; when D1 fails, again after each of SAVE_RETRY_DELAYS. Throws what the last write throws.
 * @param write must change nothing when an earlier write was saved and only its answer was lost
 */
export async function saveResult(write: () => Promise<void>): Promise<void> {
  for (const pause of SAVE_RETRY_DELAYS) {
    try {
      return await write();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return write();
}

/** Saves that the mail service has accepted a mail. */
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

/** Saves that a mail was not sent and will be tried again. A later try, which may be under way, stays as it is. */
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

/** Saves that nobody needs a mail any more. That is no failure, so no activity records it. */
export async function drop(db: Db, id: MailId, now: number): Promise<void> {
  await db
    .update(mails)
    .set({ state: 'dropped', failure: 'no-longer-needed', settledAt: now })
    .where(and(eq(mails.id, id), eq(mails.state, 'waiting')));
}

/** How a mail failed for good. `after`: the failure of the last try, if the mail was given up for another reason. */
export type Failed = {
  state: 'failed' | 'given-up';
  failure: MailFailure;
  after?: MailFailure;
  tries: number;
};

/**
 * Saves that a mail will never be sent; for a contact's mail, also as activity.
 * @param from the states that it may be in: what another try has claimed, or has settled, stays as it is
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
  const change = db.update(mails).set({ state, failure, settledAt: now }).where(isOpen);
  if (account.kind !== 'contact') {
    await change;
    return;
  }
  const { workspace, contact } = accountColumns(account);
  const kind = job.kind === 'sign-in' ? 'link_failed' : 'notice_failed';
  const detail = { failure, after: after ?? '', tries, mail: job.kind } as const;
  const isFirst = exists(db.select({ id: mails.id }).from(mails).where(isOpen));
  const entry = { kind, workspace, contact, detail } as const;
  await db.batch([recordActivityIf(db, entry, isFirst, now), change]);
}

/**
 * Drops a retry that a newer mail supersedes: same browser, account and epoch, and the newer mail was accepted, or was tried
 * and waits for a retry. The newest always stays. First tries are never dropped, and cost no statement.
 * @returns whether it was dropped
 */
export async function dropSuperseded(db: Db, job: MailJob, now: number): Promise<boolean> {
  if (job.kind !== 'sign-in' || now <= job.at) return false;
  const dropped = await db
    .update(mails)
    .set({ state: 'dropped', failure: 'superseded', settledAt: now })
    .where(and(eq(mails.id, job.mail), eq(mails.state, 'waiting'), hasNewer(job)))
    .returning({ id: mails.id });
  return dropped.length > 0;
}

/** A newer mail that was never tried doesn't count: whatever was to try it may be gone. Nor one that is being sent. */
function hasNewer({ at, link: { account, epoch, addressKey, verifierHash } }: SignInJob) {
  const { contact, member } = accountColumns(account);
  return sql`EXISTS (
    SELECT 1 FROM magic_links AS sent CROSS JOIN mails AS newer
    WHERE sent.address_key = ${addressKey} AND sent.requested_at > ${at}
      AND sent.verifier_hash = ${verifierHash} AND sent.link_epoch = ${epoch}
      AND sent.contact_id IS ${contact} AND sent.member_id IS ${member}
      AND newer.id = sent.mail_id
      AND (newer.state = 'accepted' OR (newer.state = 'waiting' AND newer.tries > 0))
  )`;
}
