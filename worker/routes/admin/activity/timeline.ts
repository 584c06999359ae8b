import type { DateStyle } from '../../../../ui/dates.ts';
import type { ActivityKind, MailStepKind } from '../../../activity/kinds.ts';
import type { ActivityRow } from '../../../activity/list.ts';
import { stateNow } from '../../../mail/find-mails.ts';
import type { Mail } from '../../../mail/mails.ts';
import { describeActivity } from './describe.ts';
import { describeCutOff, describeFailed, theMail } from './describe-mail.ts';
import type { ActivityDescription, Reader } from './description.ts';
import { failureWords, type Mailbox } from './mail-failures.ts';

/** The activity of a contact and the mails to them, newest first. Steps of one moment stand in the order of MAIL_STEP_ORDER. */
export function timelineFrom(entries: Entry[], mails: Mail[], dates: DateStyle, now: number) {
  const moments = momentsOf(entries, mails, { dates, mailbox: 'contact' }, now);
  return moments.map(({ step: _step, ...described }) => described);
}

type Entry = Pick<ActivityRow, 'at' | 'kind' | 'detail' | 'member'>;

/** A step is an activity, or what a mail's own row says: that it left, and that it was delivered. */
export type TimelineStep = ActivityKind | 'mail' | 'delivered';
export type Moment = ActivityDescription & { at: number; step: TimelineStep };

/** The same for any reader, each moment with its step. */
export function momentsOf(entries: Entry[], mails: Mail[], reader: Reader, now: number): Moment[] {
  const ofEntries = entries.map((row) => {
    return { ...describeActivity(row, reader), at: row.at, step: row.kind };
  });
  const ofMails = mails.flatMap((mail) => describeMail(mail, reader.mailbox, now));
  return [...ofEntries, ...ofMails].sort(
    (one, other) => other.at - one.at || orderOf(other.step) - orderOf(one.step),
  );
}

/** How a mail leads to a sign-in, step by step. All other steps of a moment come before. */
const MAIL_STEP_ORDER: Record<MailStepKind | 'mail' | 'delivered', number> = {
  link_sent: 1,
  link_offered: 1,
  mail: 2,
  mail_delayed: 3,
  delivered: 4,
  mail_bounced: 5,
  mail_suppressed: 6,
  mail_complained: 7,
  link_scanned: 8,
  link_opened: 9,
  signed_in: 10,
};

function orderOf(step: TimelineStep): number {
  const order: Partial<Record<TimelineStep, number>> = MAIL_STEP_ORDER;
  return order[step] ?? 0;
}

/** What a mail's row says: its state, and that it was delivered. Nothing while it is being sent, or when an activity says it. */
function describeMail(mail: Mail, mailbox: Mailbox, now: number): Moment[] {
  const left = describeState(mail, mailbox, now);
  const at = mail.settledAt ?? mail.triedAt ?? mail.createdAt;
  const leaving: Moment[] = left === null ? [] : [{ ...left, at, step: 'mail' }];
  if (mail.deliveredAt === null) return leaving;
  const what = theMail(mail.kind).toLowerCase();
  const title = `${mailbox === 'you' ? 'Your' : 'Their'} mail server took ${what} over`;
  return [{ kind: 'ok', title, detail: '', at: mail.deliveredAt, step: 'delivered' }, ...leaving];
}

function describeState(mail: Mail, mailbox: Mailbox, now: number): ActivityDescription | null {
  const what = theMail(mail.kind);
  const why = failureWords(mail.failure, mailbox);
  switch (stateNow(mail, now)) {
    case 'accepted': {
      const detail = mail.tries > 1 ? `at try ${mail.tries}` : '';
      return { kind: 'plain', title: `${what} was accepted by the mail service`, detail };
    }
    case 'waiting': {
      const detail = [why, 'it is tried again by itself'].filter(Boolean).join('; ');
      return { kind: 'bad', title: `${what} is waiting to be sent`, detail };
    }
    case 'cut-off':
      return describeCutOff({ what, kind: mail.kind }, mailbox);
    case 'forgotten':
      return { kind: 'bad', title: `${what} could not be sent`, detail: why };
    case 'dropped':
      return { kind: 'plain', title: `${what} was no longer needed`, detail: why };
    case 'sending':
      return null;
    case 'failed':
    case 'given-up':
      if (mail.contactId !== null) return null;
      return describeFailed({ what, kind: mail.kind }, mail, mailbox);
  }
}
