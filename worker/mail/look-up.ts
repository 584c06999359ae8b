import { findAccount } from '../accounts/find.ts';
import type { Db } from '../db/client.ts';
import { findSenders, type Sender } from '../senders/store.ts';
import { findWorkspace } from '../workspaces/workspaces.ts';
import { jobWorkspace, type MailJob, recipientAccount } from './jobs.ts';
import { findMail } from './mails.ts';

/** What a try has to know of its mail. */
export type LookedUp = Awaited<ReturnType<typeof lookUp>>;

/**
 * Reads in one batch the mail's row, its account and its workspace; and the sender that the job names, or else the
 * workspace's current sender.
 */
export async function lookUp(db: Db, job: MailJob) {
  const workspaceId = jobWorkspace(job);
  const [[mail], account, [workspace] = [], senders = []] = await db.batch([
    findMail(db, job.mail),
    findAccount(db, recipientAccount(job)),
    ...(workspaceId === null
      ? []
      : ([findWorkspace(db, workspaceId), findSenders(db, workspaceId)] as const)),
  ]);
  const sender = senders.find((each) => isSenderOf(job, each));
  return { mail, account, workspace, sender };
}

function isSenderOf(job: MailJob, { id, slot }: Sender): boolean {
  return 'sender' in job ? id === job.sender : slot === 'current';
}
