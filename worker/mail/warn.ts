import type { Account } from '../accounts/account.ts';
import type { Db } from '../db/client.ts';
import { type MailId, newId, type WorkspaceId } from '../db/ids.ts';
import { mails } from '../db/schema.ts';
import { EVERYBODY, type MailBudget } from '../limits/mail-budget.ts';
import { countMail } from '../limits/mail-use.ts';
import { type NearlyUsed, nearlyUsed, USE_NOTICE } from '../limits/nearly-used.ts';
import { countShares, sharesLeft } from '../limits/shares.ts';
import { storedEmail } from '../values/email-address.ts';
import { listOwners } from '../workspaces/owner.ts';
import type { MailDeps } from './deliver.ts';
import { insertMail, wasEnqueued } from './enqueue.ts';
import type { MailUseJob } from './messages/mail-use.tsx';
import { type RetryQueue, sendNext } from './queue.ts';

/** How many mails may leave, and who runs this deployment. */
type Operated = MailBudget & { ownerEmail: string };

/**
 * Notifies the owners of a workspace that its mails are nearly used up, and the operator that those of the deployment are: by a mail,
 * once a day each; the operator by a line in the log as well. Call it after a mail of the workspace was counted. A failure is
 * only logged: the next mail finds the same.
 */
export async function warnOfUse(
  deps: MailDeps,
  queue: RetryQueue,
  operated: Operated,
  workspace: WorkspaceId | null,
  now: number,
): Promise<void> {
  const notify = async (accounts: Account[], whose: WorkspaceId | null, use: NearlyUsed) => {
    const notices = await enqueueNotices(deps.db, accounts, whose, use, now);
    for (const notice of notices) await sendNext(deps, queue, notice, now);
    return notices.length > 0;
  };
  try {
    const near = await nearlyUsed(deps.db, operated, workspace, now);
    if (workspace !== null && near.workspace !== null) {
      const owners = await listOwners(deps.db, workspace);
      const accounts = owners.map(({ id }) => ({ kind: 'member', id }) as const);
      await notify(accounts, workspace, near.workspace);
    }
    if (near.deployment === null) return;
    const { window, count, most } = near.deployment;
    const operator = { kind: 'newcomer', email: storedEmail(operated.ownerEmail) } as const;
    const isNotified = await notify([operator], null, near.deployment);
    if (isNotified) deps.log('mails nearly used up', `this ${window}: ${count} of ${most}`);
  } catch (error) {
    deps.log('warn of mail use', error);
  }
}

/** Enqueues one notice for each account, unless there were some today; one transaction, so parallel callers enqueue once. */
async function enqueueNotices(
  db: Db,
  accounts: Account[],
  workspace: WorkspaceId | null,
  use: NearlyUsed,
  now: number,
): Promise<MailUseJob[]> {
  const jobs = accounts.map((account): MailUseJob => {
    return { kind: 'mail-use', mail: newId<MailId>(), at: now, account, workspace, use };
  });
  const [first] = jobs;
  if (first === undefined) return [];
  const once = [{ rule: USE_NOTICE, subject: workspace ?? EVERYBODY }];
  const [enqueued] = await db.batch([
    insertMail(db, first, sharesLeft(once, now)).returning({ id: mails.id }),
    ...jobs.slice(1).map((job) => insertMail(db, job, wasEnqueued(first.mail))),
    countShares(db, once, wasEnqueued(first.mail), now),
    ...jobs.map(({ mail }) => countMail(db, workspace, wasEnqueued(mail), now)),
  ]);
  return enqueued.length === 0 ? [] : jobs;
}
