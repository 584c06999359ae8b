import { and, eq, isNotNull, isNull, lte, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { accountColumns } from '../accounts/account.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, type MailId, newId, type WorkspaceId } from '../db/ids.ts';
import { mails, senders } from '../db/schema.ts';
import type { Stores } from '../db/stores.ts';
import { byId, type Sender, senderExists } from '../senders/store.ts';
import type { ClientInfo } from '../sessions/device.ts';
import type { LinkRequest } from '../sign-in/link-request.ts';
import { insertSentLink, linkWasSent, recordLinkWithheld } from '../sign-in/sent-links.ts';
import { days } from '../values/duration.ts';
import { findOwner, findOwners } from '../workspaces/owner.ts';
import { type MailJob, recipientAccount } from './jobs.ts';
import type { SenderBrokenJob } from './messages/sender-broken.tsx';
import type { SenderChangedJob } from './messages/sender-changed.tsx';
import type { SignInJob } from './messages/sign-in.tsx';

/** How often an owner is mailed that their sender broke: one that comes and goes is reported once a day. */
export const OWNER_NOTIFIED_EVERY = days(1);

/**
 * Enqueues the mail of a link, in one transaction with recording that it was asked for. Null when nobody may have it, or when
 * the address has had MAILS_PER_ADDRESS.
 */
export async function enqueueLink(
  { db }: Pick<Stores, 'db'>,
  link: LinkRequest | null,
  client: ClientInfo,
  now: number,
): Promise<SignInJob | null> {
  if (link === null) return null;
  const job: SignInJob = { kind: 'sign-in', mail: newId<MailId>(), at: now, client, link };
  const isSent = linkWasSent(job.mail);
  const { workspace, contact, member } = accountColumns(link.account);
  const entry = { kind: 'link_sent', workspace, contact, member, mail: job.mail } as const;
  const [withheld, markWithheld] = recordLinkWithheld(db, link, now);
  const { 2: sent } = await db.batch([
    withheld,
    markWithheld,
    insertSentLink(db, job.mail, link, now),
    recordActivityIf(db, entry, isSent, now),
    insertMail(db, job, isSent),
  ]);
  return sent.length === 0 ? null : job;
}

/** A job before it is enqueued; that of a link has its own function above. */
type NewJob = WithoutId<Exclude<MailJob, SignInJob>>;
type WithoutId<Job> = Job extends MailJob ? Omit<Job, 'mail' | 'at'> : never;

/** Enqueues any mail but that of a link. */
export async function enqueueMail(
  { db }: Pick<Stores, 'db'>,
  wanted: NewJob,
  now: number,
): Promise<MailJob> {
  const job = { ...wanted, mail: newId<MailId>(), at: now };
  await insertMail(db, job, sql`true`);
  return job;
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
  const owners = await findOwners(db, workspace);
  const jobs = owners.map(({ id }): SenderChangedJob => {
    const account = { kind: 'member', id } as const;
    const about = { account, workspace, activity: recorded, client };
    return { kind: 'sender-changed', mail: newId<MailId>(), at: now, ...about };
  });
  const [first, ...others] = jobs.map((job) => insertMail(db, job, sql`true`));
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
