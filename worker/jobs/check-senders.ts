import type { Db } from '../db/client.ts';
import type { ActivityId } from '../db/ids.ts';
import type { MailDeps } from '../mail/deliver.ts';
import {
  enqueueBrokenNotice,
  enqueueSenderNotices,
  isNoticeLost,
  OWNER_NOTIFIED_EVERY,
} from '../mail/enqueue.ts';
import { type RetryQueue, sendNext } from '../mail/queue.ts';
import type { Domains } from '../mail-services/mailchannels/domains.ts';
import { checkSender } from '../senders/check.ts';
import { sendersDue } from '../senders/schedule.ts';
import type { Sender } from '../senders/store.ts';

/** The cron of wrangler.toml that this job runs on. */
export const CHECK_SENDERS_CRON = '*/10 * * * *';

/** Senders checked side by side: a Worker has six connections at a time. */
const SENDERS_AT_ONCE = 2;

/**
 * Checks the senders that are due, and notifies the owner of a sender that broke. Clients notice nothing: their mail then
 * leaves from the platform's sender.
 */
export async function checkSenders(
  deps: MailDeps,
  queue: RetryQueue,
  domains: Domains,
  now: number,
): Promise<void> {
  const due = await sendersDue(deps.db, now);
  const waiting = due.values();
  // each worker takes the next sender of the shared iterator until none is left
  async function work(): Promise<void> {
    for (const sender of waiting) await checkOne(deps, queue, domains, sender, now);
  }
  await Promise.all(Array.from({ length: SENDERS_AT_ONCE }, work));
}

/** Checks one sender. If it fails, the others go on. */
async function checkOne(
  deps: MailDeps,
  queue: RetryQueue,
  domains: Domains,
  sender: Sender,
  now: number,
): Promise<void> {
  const { db, log } = deps;
  try {
    const checked = await checkSender({ db, domains, log }, sender, 'schedule', now);
    const { transition, verified } = checked;
    if (verified !== null) await notifyOwners(deps, queue, sender, verified, now);
    if (transition?.to !== 'broken' && !(await needsNotice(db, sender, now))) return;
    const notice = await enqueueBrokenNotice(db, sender, now);
    if (notice !== null) await sendNext(deps, queue, notice, now);
  } catch (error) {
    log('check a sender', error);
  }
}

/** Notifies the owners of a workspace that mail leaves from an address now. */
async function notifyOwners(
  deps: MailDeps,
  queue: RetryQueue,
  { workspaceId }: Sender,
  verified: ActivityId,
  now: number,
): Promise<void> {
  const notices = await enqueueSenderNotices(deps.db, workspaceId, [verified], null, now);
  for (const notice of notices) await sendNext(deps, queue, notice, now);
}

/**
 * Whether the owner of a broken sender still has to be notified: D1 failed before the notice was enqueued, they had one
 * within the day before it broke, or the notice never left.
 */
async function needsNotice(db: Db, sender: Sender, now: number): Promise<boolean> {
  const { brokenAt, ownerNotifiedAt, workspaceId } = sender;
  if (brokenAt === null) return false;
  if (ownerNotifiedAt === null || ownerNotifiedAt < brokenAt) return true;
  return (
    ownerNotifiedAt <= now - OWNER_NOTIFIED_EVERY && isNoticeLost(db, workspaceId, ownerNotifiedAt)
  );
}
