import * as v from 'valibot';
import { endedWords } from '../../../ui/components/words.ts';
import type { ActivityKind } from '../../activity/record.ts';
import { durationWords } from '../../limits/duration.ts';

/** How an activity reads: what happened, the particulars, and whether it is good or bad news. */
export type Told = { kind: 'ok' | 'bad' | 'plain'; title: string; detail: string };

const Detail = v.object({
  method: v.optional(v.string(), 'link'),
  device: v.optional(v.string(), ''),
  place: v.optional(v.string(), ''),
  reason: v.optional(v.string(), ''),
  address: v.optional(v.string(), ''),
  instead: v.optional(v.string(), ''),
  remains: v.optional(v.string(), ''),
  tries: v.optional(v.number(), 0),
  pause: v.optional(v.number(), 0),
  sessions: v.optional(v.number(), 0),
  links: v.optional(v.number(), 0),
  mail: v.optional(v.string(), 'sign-in'),
});

/** Puts a recorded activity into words for the freelancer. */
export function tell(row: { kind: ActivityKind; detail: string; member: string | null }): Told {
  const detail = readDetail(row.detail);
  const by = row.member === null ? '' : `by ${row.member}`;
  switch (row.kind) {
    case 'contact_added':
      return { kind: 'plain', title: 'Contact added', detail: by };
    case 'access_on':
      return { kind: 'plain', title: 'Portal access switched on', detail: by };
    case 'access_off': {
      const ended = endedWords(detail.sessions, detail.links);
      return {
        kind: 'plain',
        title: 'Portal access switched off',
        detail: by === '' ? ended : `${by}: ${ended}`,
      };
    }
    case 'link_sent':
      return { kind: 'plain', title: 'Asked for a sign-in link', detail: '' };
    case 'link_failed':
      return { kind: 'bad', title: 'The sign-in mail could not be sent', detail: whyWords(detail) };
    case 'notice_failed': {
      const title = 'The notice about the password could not be sent';
      return { kind: 'bad', title, detail: whyWords(detail) };
    }
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
      const rest = `the password rests for ${pause}, the link still works`;
      return { kind: 'bad', title: 'Somebody typed too many wrong passwords', detail: rest };
    }
    case 'session_ended': {
      const device = by === '' ? detail.device : `${by}: ${detail.device}`;
      return { kind: 'plain', title: 'Signed out of a device', detail: device };
    }
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
      return { kind: 'ok', title: 'Mail leaves from', detail: inPlaceWords(detail) };
    case 'sender_broken':
      return { kind: 'bad', title: 'Mail no longer leaves from', detail: brokenWords(detail) };
    case 'sender_removed':
      return { kind: 'plain', title: 'Sender’s address removed', detail: removedWords(detail) };
    case 'signed_in': {
      const where = whereWords(detail.device, detail.place);
      return { kind: 'ok', title: `Signed in by ${detail.method}`, detail: where };
    }
  }
}

const NOT_IN = 'not signed in there';

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

/** Why a mail failed, and after how much trying. */
export function whyWords({ reason, tries }: { reason: string; tries: number }): string {
  return tries > 1 ? `given up after ${tries} tries: ${reason}` : reason;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Which address, and why: in our words, to stand after a colon. */
function brokenWords({ address, reason }: v.InferOutput<typeof Detail>): string {
  return reason === '' ? address : `${address}: ${reason}`;
}

/** An address, and the one whose place it took. */
function inPlaceWords({ address, instead }: v.InferOutput<typeof Detail>): string {
  return instead === '' ? address : `${address}, in place of ${instead}`;
}

/** An address, and the one that was beside it. */
function removedWords({ address, remains }: v.InferOutput<typeof Detail>): string {
  return remains === '' ? address : `${address}; ${remains} remains`;
}
