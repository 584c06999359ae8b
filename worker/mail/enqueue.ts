import { and, eq, isNotNull, isNull, lte, notInArray, or, sql } from 'drizzle-orm';
import { accountColumns } from '../accounts/account.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { type MailId, newId, type WorkspaceId } from '../db/ids.ts';
import { mails, senders } from '../db/schema.ts';
import type { Stores } from '../db/stores.ts';
import { byId, type Sender, senderExists } from '../senders/store.ts';
import type { ClientInfo } from '../sessions/device.ts';
import type { LinkRequest } from '../sign-in/issue.ts';
import { insertSentLink, linkWasSent, recordLinkWithheld } from '../sign-in/sent-links.ts';
import { days } from '../values/duration.ts';
import { findOwner } from '../workspaces/members.ts';
import type { MailJob, SenderBrokenJob, SignInJob } from './jobs.ts';
import { insertMail } from './mails.ts';

/**
 * Orders the mail of a link, in one transaction with recording that it was asked for; null when the address has had
 * its share of mails.
 */
export async function enqueueLink(
  { db }: Stores,
  link: LinkRequest,
  client: ClientInfo,
  now: number,
): Promise<SignInJob | null> {
  const job: SignInJob = { kind: 'sign-in', mail: newId<MailId>(), at: now, seen: client, link };
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

/** Any other mail, before it is ordered. */
type Wanted = Unordered<Exclude<MailJob, SignInJob>>;
type Unordered<Of> = Of extends MailJob ? Omit<Of, 'mail' | 'at'> : never;

/** Orders any mail but that of a link. */
export async function enqueueMail(
  { db }: Pick<Stores, 'db'>,
  wanted: Wanted,
  now: number,
): Promise<MailJob> {
  const job = { ...wanted, mail: newId<MailId>(), at: now };
  await insertMail(db, job, sql`true`);
  return job;
}

/** How often an owner is mailed that a sender broke: once a day, even if it comes and goes. */
export const OWNER_NOTIFIED_EVERY = days(1);

/**
 * Orders the notice that a sender broke, for the workspace's owner; null when they were told within a day, or it has been
 * put right meanwhile. That they are told and the order are one transaction: of any number who notice, one mails.
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
    ...{ mail: newId<MailId>(), at: now, workspace, sender: id },
    account: { kind: 'member', id: owner.id },
  };
  const isDue = and(
    byId(sender),
    isNotNull(senders.brokenAt),
    or(isNull(senders.ownerNotifiedAt), lte(senders.ownerNotifiedAt, now - OWNER_NOTIFIED_EVERY)),
  );
  const [, told] = await db.batch([
    insertMail(db, job, senderExists(db, isDue)),
    db.update(senders).set({ ownerNotifiedAt: now }).where(isDue).returning({ id: senders.id }),
  ]);
  return told.length > 0 ? job : null;
}

/**
 * Whether the notice of `ownerNotifiedAt` never left: refused, given up, or lost with a Worker that was cut off. To be asked a day
 * after it, when no try of it is to come.
 */
export async function isNoticeLost(
  db: Db,
  workspace: WorkspaceId,
  ownerNotifiedAt: number,
): Promise<boolean> {
  const owner = await findOwner(db, workspace);
  if (owner === null) return false;
  const isIt = and(
    eq(mails.createdAt, ownerNotifiedAt),
    eq(mails.memberId, owner.id),
    eq(mails.kind, 'sender-broken'),
  );
  const [lost] = await db
    .select({ id: mails.id })
    .from(mails)
    .where(and(isIt, notInArray(mails.state, ['accepted', 'dropped'])));
  return lost !== undefined;
}
