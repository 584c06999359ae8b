import * as v from 'valibot';
import { endedWords } from '../../../../ui/components/words.ts';
import { clock, type DateStyle } from '../../../../ui/dates.ts';
import type { ActivityKind } from '../../../activity/record.ts';
import { MAILS_PER_ADDRESS } from '../../../limits/rules.ts';
import { durationWords } from '../../../values/duration.ts';
import { readable } from '../../../values/email-address.ts';
import { describeFailed, describeUndelivered, storedMailKind, theMail } from './describe-mail.ts';
import { type Mailbox, storedFailure } from './mail-failures.ts';

/** How an activity reads: what happened, the particulars to stand after a colon, and whether it is good or bad news. */
export type ActivityDescription = { kind: 'ok' | 'bad' | 'plain'; title: string; detail: string };

const Detail = v.object({
  method: v.optional(v.string(), 'link'),
  device: v.optional(v.string(), ''),
  location: v.optional(v.string(), ''),
  failure: storedFailure,
  after: storedFailure,
  cause: v.optional(v.string(), ''),
  // what senders/status.ts writes until it writes a cause
  reason: v.optional(v.string(), ''),
  records: v.optional(v.array(v.string()), []),
  address: v.optional(v.string(), ''),
  instead: v.optional(v.string(), ''),
  remains: v.optional(v.string(), ''),
  tries: v.optional(v.number(), 0),
  pause: v.optional(v.number(), 0),
  until: v.optional(v.number(), 0),
  sessions: v.optional(v.number(), 0),
  links: v.optional(v.number(), 0),
  mail: storedMailKind,
});

/** Puts a recorded activity into words for the freelancer, its times as their workspace writes them. */
export function describeActivity(
  row: { kind: ActivityKind; detail: string; member: string | null },
  dates: DateStyle,
  mailbox: Mailbox = 'contact',
): ActivityDescription {
  const detail = readDetail(row.detail);
  const by = row.member === null ? '' : ` by ${row.member}`;
  switch (row.kind) {
    case 'contact_added':
      return { kind: 'plain', title: `Contact added${by}`, detail: '' };
    case 'access_on':
      return { kind: 'plain', title: `Portal access switched on${by}`, detail: '' };
    case 'access_off': {
      const ended = endedWords(detail.sessions, detail.links);
      return { kind: 'plain', title: `Portal access switched off${by}`, detail: ended };
    }
    case 'link_sent':
      return { kind: 'plain', title: 'Asked for a sign-in link', detail: '' };
    case 'link_withheld': {
      const until = `no more mail until ${clock(detail.until, dates)}`;
      return { kind: 'bad', title: 'Asked for a link too often', detail: `${OFTEN}; ${until}` };
    }
    case 'link_failed': {
      const failed = describeFailed({ what: 'The sign-in mail', kind: 'sign-in' }, detail, mailbox);
      const isGivenUp = detail.tries > 1 && detail.failure !== 'cut-off';
      return isGivenUp ? { ...failed, detail: `${failed.detail}, they can ask again` } : failed;
    }
    case 'notice_failed':
      return describeFailed({ what: theMail(detail.mail), kind: detail.mail }, detail, mailbox);
    case 'code_locked':
      return { kind: 'bad', title: 'Too many wrong codes', detail: 'the link still works' };
    case 'password_set':
      return { kind: 'plain', title: 'Set a password', detail: '' };
    case 'password_changed':
      return { kind: 'plain', title: 'Changed the password', detail: '' };
    case 'password_removed':
      return { kind: 'plain', title: 'Removed the password', detail: 'back to the link' };
    case 'password_locked': {
      const pause = durationWords(detail.pause);
      const rest = `the password is paused for ${pause}, the link still works`;
      return { kind: 'bad', title: 'Somebody typed too many wrong passwords', detail: rest };
    }
    case 'session_ended':
      return { kind: 'plain', title: `Signed out of a device${by}`, detail: detail.device };
    case 'mail_bounced':
    case 'mail_delayed':
    case 'mail_suppressed':
    case 'mail_complained':
      return describeUndelivered(row.kind, detail, mailbox);
    case 'link_scanned': {
      const still = 'as machines do on the way to an inbox; it still works';
      return { kind: 'plain', title: 'A mail scanner looked at the link', detail: still };
    }
    case 'link_opened': {
      const where = whereWords(detail.device, detail.location);
      const detailed = where === '' ? NOT_IN : `${where}; ${NOT_IN}`;
      return { kind: 'plain', title: 'Opened the link in another browser', detail: detailed };
    }
    case 'sender_confirmed':
      return { kind: 'ok', title: 'Sender’s address confirmed', detail: inPlaceWords(detail) };
    case 'sender_verified':
      return { kind: 'ok', title: `Mail leaves from ${inPlaceWords(detail)}`, detail: '' };
    case 'sender_broken': {
      const title = `Mail no longer leaves from ${readable(detail.address)}`;
      return { kind: 'bad', title, detail: brokenWords(detail) };
    }
    case 'sender_removed':
      return { kind: 'plain', title: 'Sender’s address removed', detail: removedWords(detail) };
    case 'signed_in': {
      const where = whereWords(detail.device, detail.location);
      return { kind: 'ok', title: `Signed in by ${detail.method}`, detail: where };
    }
  }
}

const NOT_IN = 'not signed in there';
/** What counts is the asking: a mail that was refused uses up its share as well. */
const OFTEN = `${MAILS_PER_ADDRESS.most} links were asked for within the hour, whether or not their mails arrived`;

/** Where a sign-in happened: `Chrome on macOS, Lisbon, PT`. */
export function whereWords(device: string, location: string): string {
  return [device, location].filter((part) => part !== '').join(', ');
}

/** What a kind recorded; blanks for a detail that an older version wrote differently. */
export function readDetail(detail: string): v.InferOutput<typeof Detail> {
  const parsed = v.safeParse(Detail, parseJson(detail));
  return parsed.success ? parsed.output : v.parse(Detail, {});
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Why mail no longer leaves from an address. */
function brokenWords({ cause, records, reason }: v.InferOutput<typeof Detail>): string {
  if (cause === 'refused') return 'the mail service refused mail from it';
  const named = Object.entries(RECORD_NAMES).filter(([record]) => records.includes(record));
  if (named.length === 0) return reason;
  return `its DNS records are no longer right (${named.map(([, name]) => name).join(', ')})`;
}

const RECORD_NAMES = { spf: 'SPF', dkim: 'DKIM', lockdown: 'lock-down', senderDomain: 'MX' };

/** An address, and the one whose place it took. */
function inPlaceWords({ address, instead }: v.InferOutput<typeof Detail>): string {
  const entered = readable(address);
  return instead === '' ? entered : `${entered}, in place of ${readable(instead)}`;
}

/** An address, and the one that was beside it. */
function removedWords({ address, remains }: v.InferOutput<typeof Detail>): string {
  const removed = readable(address);
  return remains === '' ? removed : `${removed}; ${readable(remains)} remains`;
}
