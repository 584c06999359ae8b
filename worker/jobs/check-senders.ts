import type { Db } from '../db/client.ts';
import { SENDER_TOLD_EVERY, SENDERS_AT_ONCE } from '../limits/rules.ts';
import type { Post } from '../mail/deliver.ts';
import { isNoticeLost, orderBrokenNotice } from '../mail/enqueue.ts';
import { type RetryQueue, sendNext } from '../mail/queue.ts';
import type { Domains } from '../mail-services/mailchannels/domains.ts';
import { checkSender } from '../senders/check.ts';
import { sendersDue } from '../senders/schedule.ts';
import type { Sender } from '../senders/store.ts';

/** The cron of wrangler.toml that it runs on; any other is the sweep's. */
export const GUARD_CRON = '*/10 * * * *';

/**
 * Checks the senders whose turn it is, and tells the owner of one that broke. Clients notice nothing: what leaves from
 * then on leaves from the platform's sender.
 */
export async function guardSenders(
  post: Post,
  queue: RetryQueue,
  domains: Domains,
  now: number,
): Promise<void> {
  const due = await sendersDue(post.db, now);
  const waiting = due.values();
  // each takes the next one that nobody has taken, until none is left
  async function work(): Promise<void> {
    for (const sender of waiting) await guard(post, queue, domains, sender, now);
  }
  await Promise.all(Array.from({ length: SENDERS_AT_ONCE }, work));
}

/** One that fails stops no other. */
async function guard(
  post: Post,
  queue: RetryQueue,
  domains: Domains,
  sender: Sender,
  now: number,
): Promise<void> {
  const { db, log } = post;
  try {
    const { turn } = await checkSender({ db, domains, log }, sender, 'schedule', now);
    if (turn !== 'broken' && !(await isUntold(db, sender, now))) return;
    const notice = await orderBrokenNotice(db, sender, now);
    if (notice !== null) await sendNext(post, queue, notice, now);
  } catch (error) {
    log('guard a sender', error);
  }
}

/**
 * Whether its owner does not know yet: D1 failed between the breaking and the order of the notice, they had one of an
 * earlier breaking within the day, or the notice never left.
 */
async function isUntold(db: Db, sender: Sender, now: number): Promise<boolean> {
  const { brokenAt, toldAt, workspaceId } = sender;
  if (brokenAt === null) return false;
  if (toldAt === null || toldAt < brokenAt) return true;
  return toldAt <= now - SENDER_TOLD_EVERY && isNoticeLost(db, workspaceId, toldAt);
}
