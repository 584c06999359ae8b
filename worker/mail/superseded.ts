import { and, eq, sql } from 'drizzle-orm';
import { accountColumns } from '../accounts/account.ts';
import type { Db } from '../db/client.ts';
import { mails } from '../db/schema.ts';
import type { MailJob, SignInJob } from './jobs.ts';

/**
 * Drops the mail of a link that is to be tried again when it would be a copy: the same browser has asked again since, for
 * the same account, and that mail was accepted, or was tried and waits for its next try. Of those that wait, the newest has
 * none above it and stays. A first try, made at the very time of the order, is never too late, and costs no statement.
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

/** A newer mail that was never tried doesn't count: whoever was to try it may be gone. Nor one that is being sent. */
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
