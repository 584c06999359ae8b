import { and, eq, isNotNull, isNull, lte, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { accountColumns } from '../accounts/account.ts';
import { type Activity, recordActivityIf } from '../activity/record.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, type MailId, newId, type WorkspaceId } from '../db/ids.ts';
import { mails, senders } from '../db/schema.ts';
import type { Stores } from '../db/stores.ts';
import type { MailBudget } from '../limits/mail-budget.ts';
import { countMail, wholeBudget } from '../limits/mail-use.ts';
import { countShares, sharesLeft } from '../limits/shares.ts';
import { byId, type Sender, senderExists } from '../senders/store.ts';
import type { ClientInfo } from '../sessions/device.ts';
import type { LinkRequest, WantedLink } from '../sign-in/link-request.ts';
import type { LinkShares } from '../sign-in/link-shares.ts';
import {
  countSentLink,
  insertSentLink,
  linkWasSent,
  openWays,
  recordLinkWithheld,
} from '../sign-in/sent-links.ts';
import { days } from '../values/duration.ts';
import { findOwner, listOwners } from '../workspaces/owner.ts';
import { jobWorkspace, type MailJob, recipientAccount } from './jobs.ts';
import type { SenderBrokenJob } from './messages/sender-broken.tsx';
import type { SenderChangedJob } from './messages/sender-changed.tsx';
import type { SignInJob } from './messages/sign-in.tsx';

/** How often an owner is mailed that their sender broke: one that comes and goes is reported once a day. */
export const OWNER_NOTIFIED_EVERY = days(1);

/**
 * Enqueues the mail of a link in the first of its ways that has shares left, in one transaction with counting it and recording
 * that it was asked for. Null when nobody may have it, or every way is used up.
 */
export async function enqueueLink(
  { db }: Pick<Stores, 'db'>,
  wanted: WantedLink | null,
  client: ClientInfo,
  now: number,
): Promise<SignInJob | null> {
  if (wanted === null) return null;
  const { link, ways } = wanted;
  const job = { ...newLinkJob(link, now), client };
  const entry = { kind: 'link_sent', ...accountColumns(link.account), mail: job.mail } as const;
  for (const shares of await openWays(db, ways, now)) {
    const isLast = shares === ways.at(-1);
    const withheld = isLast ? recordLinkWithheld(db, link, shares, now) : {};
    const { sent } = await batchByName(db, {
      ...withheld,
      ...sendingLink(db, job, shares, entry, now),
    });
    if (sent.length > 0) return job;
  }
  return null;
}

/** The job of a link that is asked for now. */
export function newLinkJob(link: LinkRequest, now: number) {
  return { kind: 'sign-in', mail: newId<MailId>(), at: now, link } as const;
}

/** The statements that store, count and record a link, unless a share is used up: then `sent` has no row. */
export function sendingLink(
  db: Db,
  job: SignInJob,
  shares: LinkShares,
  entry: Activity,
  now: number,
) {
  const { link, mail } = job;
  const isSent = linkWasSent(mail);
  return {
    sent: insertSentLink(db, mail, link, shares, now),
    counted: countSentLink(db, mail, shares, now),
    recorded: recordActivityIf(db, entry, isSent, now),
    enqueued: insertMail(db, job, isSent),
  };
}

/** A job before it is enqueued; that of a link has its own function above. */
type NewJob = WithoutId<Exclude<MailJob, SignInJob>>;
type WithoutId<Job> = Job extends MailJob ? Omit<Job, 'mail' | 'at'> : never;

/** Enqueues any mail but that of a link. It counts against the budget, and leaves when that is used up as well. */
export async function enqueueMail(
  { db }: Pick<Stores, 'db'>,
  wanted: NewJob,
  now: number,
): Promise<MailJob> {
  const job = { ...wanted, mail: newId<MailId>(), at: now };
  await db.batch([
    insertMail(db, job, sql`true`),
    countMail(db, jobWorkspace(job), sql`true`, now),
  ]);
  return job;
}

/** The same for a mail that a member wants and that can wait; null when the budget is used up. */
export async function enqueueWithinBudget(
  { db, budget }: { db: Db; budget: MailBudget },
  wanted: NewJob,
  now: number,
): Promise<MailJob | null> {
  const job = { ...wanted, mail: newId<MailId>(), at: now };
  const shares = wholeBudget(budget, jobWorkspace(job));
  const [enqueued] = await db.batch([
    insertMail(db, job, sharesLeft(shares, now)).returning({ id: mails.id }),
    countShares(db, shares, wasEnqueued(job.mail), now),
  ]);
  return enqueued.length === 0 ? null : job;
}

/** A condition: a mail has its row. */
export function wasEnqueued(mail: MailId): SQL {
  return sql`EXISTS (SELECT 1 FROM mails WHERE id = ${mail})`;
}

/**
 * Enqueues the notice to the owner that a sender broke; null if the owner was notified within a day or the sender works
 * again. Parallel callers enqueue only one, because check and write are one transaction.
 */
export async function enqueueBrokenNotice(
  db: Db,
  sender: Sender,
  now: number,
): Promise<SenderBrokenJob | null> {
  const { id, workspaceId: workspace } = sender;
  const owner = await findOwner(db, workspace);
  if (owner === null) return null;
  const job: SenderBrokenJob = {
    kind: 'sender-broken',
    mail: newId<MailId>(),
    at: now,
    workspace,
    sender: id,
    account: { kind: 'member', id: owner.id },
  };
  const isDue = and(
    byId(sender),
    isNotNull(senders.brokenAt),
    or(isNull(senders.ownerNotifiedAt), lte(senders.ownerNotifiedAt, now - OWNER_NOTIFIED_EVERY)),
  );
  const [, notified] = await db.batch([
    insertMail(db, job, senderExists(db, isDue)),
    db.update(senders).set({ ownerNotifiedAt: now }).where(isDue).returning({ id: senders.id }),
  ]);
  return notified.length > 0 ? job : null;
}

/**
 * Enqueues the notice to each owner that where mail of their workspace comes from, or where replies go, was changed.
 * @param recorded the activities that the change was recorded by, which only one of two parallel callers gets
 * @param client null when no person did it
 */
export async function enqueueSenderNotices(
  db: Db,
  workspace: WorkspaceId,
  recorded: ActivityId[],
  client: ClientInfo | null,
  now: number,
): Promise<SenderChangedJob[]> {
  const owners = await listOwners(db, workspace);
  const jobs = owners.map(({ id }): SenderChangedJob => {
    const account = { kind: 'member', id } as const;
    const about = { account, workspace, activity: recorded, client };
    return { kind: 'sender-changed', mail: newId<MailId>(), at: now, ...about };
  });
  const [first, ...others] = jobs.flatMap((job) => [
    insertMail(db, job, sql`true`),
    countMail(db, workspace, sql`true`, now),
  ]);
  if (first !== undefined) await db.batch([first, ...others]);
  return jobs;
}

/**
 * Whether the notice enqueued at `ownerNotifiedAt` never left: it was refused, given up, or lost when a Worker was cut off.
 * Call it a day later, when the notice is not tried any more.
 */
export async function isNoticeLost(
  db: Db,
  workspace: WorkspaceId,
  ownerNotifiedAt: number,
): Promise<boolean> {
  const owner = await findOwner(db, workspace);
  if (owner === null) return false;
  const ofNotice = and(
    eq(mails.createdAt, ownerNotifiedAt),
    eq(mails.memberId, owner.id),
    eq(mails.kind, 'sender-broken'),
  );
  const [lost] = await db
    .select({ id: mails.id })
    .from(mails)
    .where(and(ofNotice, notInArray(mails.state, ['accepted', 'dropped'])));
  return lost !== undefined;
}

/** The statement that inserts the row of a mail, if a condition holds. */
export function insertMail(db: Db, job: MailJob, condition: SQL) {
  const { workspace, contact, member } = accountColumns(recipientAccount(job));
  const kind: (typeof mails.$inferSelect)['kind'] = job.kind;
  return db.insert(mails).select(
    sql`SELECT ${job.mail}, ${kind}, ${workspace}, ${contact}, ${member},
          'waiting', '', 0, NULL, NULL, ${job.at}, NULL, NULL, NULL, ${shownBy(job)}
        WHERE ${condition}`,
  );
}

/** The workspace whose Settings show what became of a mail to a member. */
function shownBy(job: MailJob): WorkspaceId | null {
  return job.kind === 'sample' || job.kind === 'confirm-sender' ? job.workspace : null;
}
