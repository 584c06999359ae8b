import type { MailId } from '../../db/ids.ts';
import { LINKS_PER_NETWORK_AND_MAILBOX } from '../../limits/mail-rules.ts';
import { MAIL_PAUSES } from '../../mail/retry-delays.ts';
import { minutes, seconds } from '../../values/duration.ts';
import { type History, nextId, record, WORKSPACE } from './contact-rows.ts';
import type { Look, MailCourse } from './people.ts';

/** How late a delayed sign-in mail arrives: while its link still works. */
const DELAY = minutes(4);
/** The tries of a mail that is given up. After the next pause it would no longer be worth sending. */
const TRIES = 8;

/** A contact asks for a link and is mailed one. Returns the mail. */
export function sendLink(history: History, at: number, course: MailCourse): MailId {
  const mail = nextId<MailId>(history);
  const { contact, addressKey } = history;
  record(history, 'link_sent', at, null, { mail });
  history.magicLinks.push({
    mailId: mail,
    workspaceId: WORKSPACE,
    contactId: contact.id,
    addressKey,
    linkEpoch: contact.linkEpoch,
    // no verifier has this hash, so no code works for this link
    verifierHash: mail,
    requestedAt: at,
  });
  addMail(history, { id: mail, kind: 'sign-in', at, deliveredAt: arrivalOf(course, at) });
  const report = reportOf(course);
  if (report !== null) {
    const { kind, failure, after } = report;
    record(history, kind, at + after, { failure, mail: 'sign-in' }, { mail });
  }
  if (course === 'given up') giveUp(history, at);
  return mail;
}

/** Mails the notice that a password was set or removed. */
export function sendNotice(history: History, at: number): void {
  const id = nextId<MailId>(history);
  addMail(history, { id, kind: 'password', at, deliveredAt: at + seconds(3) });
}

/** When an impatient contact asks for links, before one link too many: as often within an hour as one network may. */
const ASKED_BEFORE = [21, 19, 18, 14, 12, 11, 8, 5, 4, 2].map(minutes);

/** A contact asks for one link after the other, and once more: no mail goes out for that one. */
export function askTooOften(history: History, at: number): void {
  const { linkEpoch: epoch } = history.contact;
  const first = history.magicLinks.length;
  for (const before of ASKED_BEFORE) sendLink(history, at - before, 'on its way');
  const oldest = history.magicLinks[first];
  if (oldest === undefined) return;
  const until = oldest.requestedAt + LINKS_PER_NETWORK_AND_MAILBOX.hour.window;
  record(history, 'link_withheld', at, { until, epoch, ceiling: 'network-mailbox' });
}

/** Mail scanners and other browsers open the link of a mail before it is used. That signs nobody in. */
export function lookAtLink(history: History, mail: MailId, at: number, looks: Look[]): void {
  for (const [position, look] of looks.entries()) {
    const then = at + seconds(15) * (position + 1);
    if (look === 'scanner') {
      record(history, 'link_scanned', then, null, { mail });
      continue;
    }
    record(history, 'link_opened', then, look, { mail });
  }
}

/** The contact's mail program reports the newest sign-in mail as spam. */
export function markAsSpam(history: History, at: number): void {
  const mail = history.magicLinks.at(-1)?.mailId;
  if (mail === undefined) return;
  const detail = { failure: 'marked-as-spam', mail: 'sign-in' } as const;
  record(history, 'mail_complained', at, detail, { mail });
}

type NewMail = { id: MailId; kind: 'sign-in' | 'password'; at: number; deliveredAt: number | null };

function addMail(history: History, { id, kind, at, deliveredAt }: NewMail): void {
  history.mails.push({
    id,
    kind,
    workspaceId: WORKSPACE,
    contactId: history.contact.id,
    state: 'accepted',
    tries: 1,
    triedAt: at,
    createdAt: at,
    settledAt: at + 1,
    deliveredAt,
  });
}

/** When the contact's mail server took a mail over; null if it has not. */
function arrivalOf(course: MailCourse, at: number): number | null {
  switch (course) {
    case 'delivered':
      return at + seconds(4);
    case 'delayed, then delivered':
      return at + DELAY;
    case 'on its way':
    case 'bounced':
    case 'suppressed':
    case 'given up':
      return null;
  }
}

/** What the mail service reports of a mail, and how long after; null for a mail that was only delivered. */
function reportOf(course: MailCourse) {
  switch (course) {
    case 'delayed, then delivered':
      return { kind: 'mail_delayed', failure: 'server-unreachable', after: seconds(5) } as const;
    case 'bounced':
      return { kind: 'mail_bounced', failure: 'no-mailbox', after: seconds(6) } as const;
    case 'suppressed':
      return { kind: 'mail_suppressed', failure: 'returned-before', after: seconds(2) } as const;
    case 'delivered':
    case 'on its way':
    case 'given up':
      return null;
  }
}

/** The newest mail failed at every try and was given up. */
function giveUp(history: History, at: number): void {
  const failure = 'unreachable';
  const tried = at + MAIL_PAUSES.slice(0, TRIES - 1).reduce((sum, pause) => sum + pause, 0);
  const mail = history.mails.at(-1);
  if (mail === undefined) return;
  const settledAt = tried + 1;
  Object.assign(mail, { state: 'given-up', failure, tries: TRIES, triedAt: tried, settledAt });
  const detail = { failure, after: '', tries: TRIES, mail: 'sign-in' } as const;
  record(history, 'link_failed', settledAt, detail);
}
