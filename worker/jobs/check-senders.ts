import type { Db } from '../db/client.ts';
import { OWNER_NOTIFIED_EVERY, SENDERS_AT_ONCE } from '../limits/rules.ts';
import type { MailDeps } from '../mail/deliver.ts';
import { enqueueBrokenNotice, isNoticeLost } from '../mail/enqueue.ts';
import { type RetryQueue, sendNext } from '../mail/queue.ts';
import type { Domains } from '../mail-services/mailchannels/domains.ts';
import { checkSender } from '../senders/check.ts';
import { sendersDue } from '../senders/schedule.ts';
import type { Sender } from '../senders/store.ts';

/** The cron of wrangler.toml that it runs on; any other is the sweep's. */
export const CHECK_SENDERS_CRON = '*/10 * * * *';

/**
 * Checks the senders whose turn it is, and tells the owner of one that broke. Clients notice nothing: what leaves from
 * then on leaves from the platform's sender.
 */
export async function checkSenders(
  deps: MailDeps,
  queue: RetryQueue,
  domains: Domains,
  now: number,
): Promise<void> {
  const due = await sendersDue(deps.db, now);
  const waiting = due.values();
  // each takes the next one that nobody has taken, until none is left
  async function work(): Promise<void> {
    for (const sender of waiting) await guard(deps, queue, domains, sender, now);
  }
  await Promise.all(Array.from({ length: SENDERS_AT_ONCE }, work));
}

/** One that fails stops no other. */
async function guard(
  deps: MailDeps,
  queue: RetryQueue,
  domains: Domains,
  sender: Sender,
  now: number,
): Promise<void> {
  const { db, log } = deps;
  try {
    const { transition } = await checkSender({ db, domains, log }, sender, 'schedule', now);
    if (transition !== 'broken' && !(await isUntold(db, sender, now))) return;
    const notice = await enqueueBrokenNotice(db, sender, now);
    if (notice !== null) await sendNext(deps, queue, notice, now);
  } catch (error) {
    log('guard a sender', error);
  }
}

/**
 * Whether its owner does not know yet: D1 failed between the breaking and the order of the notice, they had one of an
 * earlier breaking within the day, or the notice never left.
 */
async function isUntold(db: Db, sender: Sender, now: number): Promise<boolean> {
  const { brokenAt, ownerNotifiedAt, workspaceId } = sender;
  if (brokenAt === null) return false;
  if (ownerNotifiedAt === null || ownerNotifiedAt < brokenAt) return true;
  return (
    ownerNotifiedAt <= now - OWNER_NOTIFIED_EVERY && isNoticeLost(db, workspaceId, ownerNotifiedAt)
  );
}
