import * as v from 'valibot';
import { endedWords, senderBrokenWords } from '../../../../ui/components/words.ts';
import { clock, type DateStyle } from '../../../../ui/dates.ts';
import type { ActivityKind } from '../../../activity/record.ts';
import { MAILS_PER_ADDRESS } from '../../../limits/rules.ts';
import { CUT_OFF } from '../../../mail/deliver.ts';
import { durationWords } from '../../../values/duration.ts';
import { readable } from '../../../values/email-address.ts';

/** How an activity reads: what happened, the particulars to stand after a colon, and whether it is good or bad news. */
export type ActivityDescription = { kind: 'ok' | 'bad' | 'plain'; title: string; detail: string };

const Detail = v.object({
  method: v.optional(v.string(), 'link'),
  device: v.optional(v.string(), ''),
  place: v.optional(v.string(), ''),
  reason: v.optional(v.string(), ''),
  cause: v.optional(v.picklist(['refused', 'records']), 'records'),
  records: v.optional(v.array(v.picklist(['spf', 'dkim', 'domain-lockdown', 'mx'])), []),
  address: v.optional(v.string(), ''),
  instead: v.optional(v.string(), ''),
  remains: v.optional(v.string(), ''),
  tries: v.optional(v.number(), 0),
  pause: v.optional(v.number(), 0),
  until: v.optional(v.number(), 0),
  sessions: v.optional(v.number(), 0),
  links: v.optional(v.number(), 0),
  mail: v.optional(v.string(), 'sign-in'),
});

/** Puts a recorded activity into words for the freelancer, its times as their workspace writes them. */
export function describeActivity(
  row: { kind: ActivityKind; detail: string; member: string | null },
  dates: DateStyle,
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
      const told = describeFailure('The sign-in mail', detail);
      const isGivenUp = detail.tries > 1 && detail.reason !== CUT_OFF;
      return isGivenUp ? { ...told, detail: `${told.detail}, they can ask again` } : told;
    }
    case 'notice_failed':
      return describeFailure('The notice about the password', detail);
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
      return { kind: 'bad', title: `${theMail(detail.mail)} came back`, detail: detail.reason };
    case 'mail_delayed': {
      const title = `${theMail(detail.mail)} has to wait at their mail server`;
      return { kind: 'bad', title, detail: detail.reason };
    }
    case 'mail_suppressed': {
      const title = `${theMail(detail.mail)} was held back by the mail service`;
      return { kind: 'bad', title, detail: detail.reason };
    }
    case 'mail_complained': {
      const title = `${theMail(detail.mail)} was called spam`;
      return { kind: 'bad', title, detail: detail.reason };
    }
    case 'link_scanned': {
      const still = 'as machines do on the way to an inbox; it still works';
      return { kind: 'plain', title: 'A mail scanner looked at the link', detail: still };
    }
    case 'link_opened': {
      const where = whereWords(detail.device, detail.place);
      const detailed = where === '' ? NOT_IN : `${where}; ${NOT_IN}`;
      return { kind: 'plain', title: 'Opened the link in another browser', detail: detailed };
    }
    case 'sender_confirmed':
      return { kind: 'ok', title: 'Sender’s address confirmed', detail: inPlaceWords(detail) };
    case 'sender_verified':
      return { kind: 'ok', title: `Mail leaves from ${inPlaceWords(detail)}`, detail: '' };
    case 'sender_broken': {
      const title = `Mail no longer leaves from ${readable(detail.address)}`;
      return { kind: 'bad', title, detail: senderBrokenWords(detail) };
    }
    case 'sender_removed':
      return { kind: 'plain', title: 'Sender’s address removed', detail: removedWords(detail) };
    case 'signed_in': {
      const where = whereWords(detail.device, detail.place);
      return { kind: 'ok', title: `Signed in by ${detail.method}`, detail: where };
    }
  }
}

const NOT_IN = 'not signed in there';
/** What counts is the asking: a mail that was refused uses up its share as well. */
const OFTEN = `${MAILS_PER_ADDRESS.most} links were asked for within the hour, whether or not their mails arrived`;

/** What to call a mail in a sentence, by its kind. */
export function theMail(kind: string): string {
  if (kind === 'sample') return 'The sample';
  if (kind === 'confirm-sender') return 'The mail with the code';
  return kind === 'sign-in' ? 'The mail' : 'The notice about the password';
}

/** Where a sign-in happened: `Chrome on macOS, Lisbon, PT`. */
export function whereWords(device: string, place: string): string {
  return [device, place].filter((part) => part !== '').join(', ');
}

/** What a kind recorded; blanks for a detail that an older version wrote differently. */
export function readDetail(detail: string): v.InferOutput<typeof Detail> {
  const parsed = v.safeParse(Detail, parseJson(detail));
  return parsed.success ? parsed.output : v.parse(Detail, {});
}

/** A mail that failed: it was not sent, or nobody knows whether it was. */
export function describeFailure(
  what: string,
  why: { reason: string; tries: number },
): ActivityDescription {
  const title =
    why.reason === CUT_OFF
      ? `Nobody knows whether ${what.toLowerCase()} left`
      : `${what} could not be sent`;
  return { kind: 'bad', title, detail: whyWords(why) };
}

/** Why a mail failed, and after how much trying. */
function whyWords({ reason, tries }: { reason: string; tries: number }): string {
  if (reason === CUT_OFF) return reason;
  return tries > 1 ? `${reason}; given up after ${tries} tries` : reason;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

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
