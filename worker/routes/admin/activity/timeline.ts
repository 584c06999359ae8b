import type { DateStyle } from '../../../../ui/dates.ts';
import type { ActivityKind } from '../../../activity/kinds.ts';
import type { ActivityRow } from '../../../activity/list.ts';
import { CUT_OFF } from '../../../mail/deliver.ts';
import type { Mail } from '../../../mail/mails.ts';
import { stateNow } from '../../../mail/status.ts';
import {
  type ActivityDescription,
  describeActivity,
  describeFailure,
  theMail,
} from './describe.ts';

/**
 * What happened to a contact and to the mails for it, newest first: whether they got it is on top. Things of one moment
 * are told in the order of STORY.
 */
export function timelineFrom(entries: Happened[], mails: Mail[], dates: DateStyle, now: number) {
  return momentsOf(entries, mails, dates, now).map(({ kind, title, detail, at }) => {
    return { kind, title, detail, at };
  });
}

type Happened = Pick<ActivityRow, 'at' | 'kind' | 'detail' | 'member'>;

/** The same, each with the step that it was. */
export function momentsOf(
  entries: Happened[],
  mails: Mail[],
  dates: DateStyle,
  now: number,
): Moment[] {
  const told = entries.map((row) => ({
    ...describeActivity(row, dates),
    at: row.at,
    step: row.kind,
  }));
  return [...told, ...mails.flatMap((mail) => tellMail(mail, now))].sort(
    (one, other) => other.at - one.at || placeOf(other.step) - placeOf(one.step),
  );
}

/** A step of a mail, told from its own row: that it left, and that it was delivered. */
export type Step = ActivityKind | 'mail' | 'delivered';
export type Moment = ActivityDescription & { at: number; step: Step };

/** How a mail comes to a sign-in, step by step; everything else comes before. */
const STORY: Step[] = [
  'link_sent',
  'mail',
  'mail_delayed',
  'delivered',
  'mail_bounced',
  'mail_suppressed',
  'mail_complained',
  'link_scanned',
  'link_opened',
  'signed_in',
];

function placeOf(step: Step): number {
  return STORY.indexOf(step);
}

/** How a mail stands, and that it was delivered; nothing while there is nothing to say, or when an activity says it. */
function tellMail(mail: Mail, now: number): Moment[] {
  const left = tellLeaving(mail, now);
  const at = mail.settledAt ?? mail.triedAt ?? mail.createdAt;
  const leaving: Moment[] = left === null ? [] : [{ ...left, at, step: 'mail' }];
  if (mail.deliveredAt === null) return leaving;
  const what = theMail(mail.kind).toLowerCase();
  const title = `Their mail server took ${what} over`;
  return [{ kind: 'ok', title, detail: '', at: mail.deliveredAt, step: 'delivered' }, ...leaving];
}

function tellLeaving(mail: Mail, now: number): ActivityDescription | null {
  const what = theMail(mail.kind);
  switch (stateNow(mail, now)) {
    case 'accepted': {
      const detail = mail.tries > 1 ? `at try ${mail.tries}` : '';
      return { kind: 'plain', title: `${what} was accepted by the mail service`, detail };
    }
    case 'waiting': {
      const detail = [mail.reason, 'it is tried again by itself'].filter(Boolean).join('; ');
      return { kind: 'bad', title: `${what} is waiting to be sent`, detail };
    }
    case 'cut off': {
      const title = `Nobody knows whether ${what.toLowerCase()} left`;
      return { kind: 'bad', title, detail: CUT_OFF };
    }
    case 'forgotten':
      return { kind: 'bad', title: `${what} could not be sent`, detail: mail.reason };
    case 'dropped':
      return { kind: 'plain', title: `${what} was no longer needed`, detail: mail.reason };
    case 'sending':
      return null;
    case 'failed':
    case 'given-up':
      if (mail.contactId !== null) return null;
      return describeFailure(what, mail);
  }
}
