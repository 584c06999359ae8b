import { and, desc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm';
import { SHOWN_AT_HOME } from '../activity/list.ts';
import type { Db } from '../db/client.ts';
import type { ContactId, MemberId, WorkspaceId } from '../db/ids.ts';
import { activity, contacts, mails } from '../db/schema.ts';
import { days } from '../values/duration.ts';
import { mailTraits } from './jobs.ts';
import { isUnderWay, type Mail, type MailState } from './mails.ts';

/** How long a page says what became of a sample or a code: a mail that bounces late does so within hours. */
const MAIL_STATUS_SHOWN_FOR = days(1);
const TIMELINE_LENGTH = 30;

/** The statement that lists the mails of one contact, newest first. */
export function mailsOf(db: Db, workspace: WorkspaceId, contact: ContactId) {
  return db
    .select()
    .from(mails)
    .where(and(eq(mails.contactId, contact), eq(mails.workspaceId, workspace)))
    .orderBy(desc(mails.createdAt))
    .limit(TIMELINE_LENGTH);
}

/** The statements that find a member's last sample of a workspace, within MAIL_STATUS_SHOWN_FOR, and the events of it. */
export function lastSample(db: Db, workspace: WorkspaceId, member: MemberId, now: number) {
  return lastAbout(db, workspace, eq(mails.kind, 'sample'), now, eq(mails.memberId, member));
}

/** The same of the last code for a workspace's sender, whoever asked for it. */
export function lastCode(db: Db, workspace: WorkspaceId, now: number) {
  return lastAbout(db, workspace, eq(mails.kind, 'confirm-sender'), now);
}

function lastAbout(db: Db, workspace: WorkspaceId, kind: SQL, now: number, whose?: SQL) {
  const ofWorkspace = and(
    eq(mails.about, workspace),
    kind,
    gt(mails.createdAt, now - MAIL_STATUS_SHOWN_FOR),
    whose,
  );
  const newest = db
    .select({ id: mails.id })
    .from(mails)
    .where(ofWorkspace)
    .orderBy(desc(mails.createdAt))
    .limit(1);
  const { detail, at } = activity;
  return [
    db.select().from(mails).where(inArray(mails.id, newest)),
    db
      .select({ kind: activity.kind, detail, at })
      .from(activity)
      .where(inArray(activity.mailId, newest)),
  ] as const;
}

/** The statement that lists contacts with access whose sign-in mail is being tried again, and why. */
export function waitingLinks(db: Db, workspace: WorkspaceId, now: number) {
  return db
    .select({
      contact: contacts.id,
      name: contacts.name,
      failure: mails.failure,
      at: sql<number>`max(${mails.createdAt})`,
    })
    .from(mails)
    .innerJoin(
      contacts,
      and(
        eq(contacts.workspaceId, mails.workspaceId),
        eq(contacts.id, mails.contactId),
        eq(contacts.portalAccess, true),
      ),
    )
    .where(
      and(
        eq(mails.workspaceId, workspace),
        // spelled out, for the index that holds only these
        sql`${mails.state} = 'waiting'`,
        gt(mails.createdAt, now - mailTraits('sign-in').worthSendingFor),
        eq(mails.kind, 'sign-in'),
        gt(mails.tries, 0),
      ),
    )
    .groupBy(contacts.id)
    .orderBy(desc(sql`max(${mails.createdAt})`))
    .limit(SHOWN_AT_HOME);
}

/**
 * What has become of a mail by now, which its row may not say yet. `cut-off`: a try ended without anybody writing down
 * how. `forgotten`: it waits for another try that would be worth nothing any more.
 */
export type StateNow = MailState | 'cut-off' | 'forgotten';

export function stateNow(mail: Mail, now: number): StateNow {
  const isWorthSending = now < mail.createdAt + mailTraits(mail.kind).worthSendingFor;
  if (mail.state === 'sending' && !isUnderWay(mail, now)) return 'cut-off';
  if (mail.state === 'waiting' && !isWorthSending) return 'forgotten';
  return mail.state;
}
