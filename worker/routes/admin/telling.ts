import * as v from 'valibot';
import { endedWords } from '../../../ui/components/words.ts';
import type { ActivityRow } from '../../activity/list.ts';
import type { ActivityKind } from '../../activity/record.ts';
import { standingOf } from '../../delivery/list.ts';
import type { Mail } from '../../delivery/mails.ts';
import { durationWords } from '../../limits/duration.ts';

/** How an activity reads: what happened, the particulars, and whether it is good or bad news. */
export type Told = { kind: 'ok' | 'bad' | 'plain'; title: string; detail: string };

const Detail = v.object({
  method: v.optional(v.string(), 'link'),
  device: v.optional(v.string(), ''),
  place: v.optional(v.string(), ''),
  reason: v.optional(v.string(), ''),
  address: v.optional(v.string(), ''),
  tries: v.optional(v.number(), 0),
  pause: v.optional(v.number(), 0),
  sessions: v.optional(v.number(), 0),
  links: v.optional(v.number(), 0),
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
      return { kind: 'bad', title: 'The mail came back', detail: detail.reason };
    case 'mail_delayed':
      return { kind: 'bad', title: 'Their mail server puts the mail off', detail: detail.reason };
    case 'mail_suppressed':
      return { kind: 'bad', title: 'The mail service held the mail back', detail: detail.reason };
    case 'mail_complained':
      return { kind: 'bad', title: 'The mail was called spam', detail: detail.reason };
    case 'link_scanned':
      return { kind: 'plain', title: 'A mail scanner looked at the link', detail: '' };
    case 'link_opened': {
      const where = whereWords(detail.device, detail.place);
      return { kind: 'plain', title: 'Opened the link in another browser', detail: where };
    }
    case 'sender_confirmed':
      return { kind: 'ok', title: 'Sender’s address confirmed', detail: detail.address };
    case 'sender_verified':
      return { kind: 'ok', title: 'Mail leaves from', detail: detail.address };
    case 'sender_broken':
      return { kind: 'bad', title: 'Mail no longer leaves from', detail: detail.address };
    case 'sender_removed':
      return { kind: 'plain', title: 'Sender’s address removed', detail: detail.address };
    case 'signed_in': {
      const where = whereWords(detail.device, detail.place);
      return { kind: 'ok', title: `Signed in by ${detail.method}`, detail: where };
    }
  }
}

/** Puts into words how a mail stands; null while there is nothing to say, or when an activity says it. */
export function tellMail(mail: Mail, now: number): Told | null {
  const what = mail.kind === 'sign-in' ? 'The mail' : 'The notice about the password';
  switch (standingOf(mail, now)) {
    case 'accepted': {
      const detail = mail.tries > 1 ? `at try ${mail.tries}` : '';
      return { kind: 'plain', title: `${what} was accepted by the mail service`, detail };
    }
    case 'waiting': {
      const detail = [mail.reason, 'it is tried again by itself'].filter(Boolean).join('; ');
      return { kind: 'bad', title: `${what} is waiting to be sent`, detail };
    }
    case 'cut off': {
      const detail = 'sending was cut off; they can ask again';
      return { kind: 'bad', title: `Nobody knows whether ${what.toLowerCase()} left`, detail };
    }
    case 'forgotten':
      return { kind: 'bad', title: `${what} could not be sent`, detail: mail.reason };
    case 'dropped':
      return { kind: 'plain', title: `${what} was no longer needed`, detail: mail.reason };
    case 'sending':
    case 'failed':
    case 'given-up':
      return null;
  }
}

/** What happened to a contact and to the mails for it, newest first; of one moment, the mail after what asked for it. */
export function timelineFrom(happenings: ActivityRow[], mails: Mail[], now: number) {
  const ofMails = mails.flatMap((mail) => {
    const words = tellMail(mail, now);
    const at = mail.settledAt ?? mail.triedAt ?? mail.createdAt;
    return words === null ? [] : [{ ...words, at }];
  });
  const told = happenings.map((row) => ({ ...tell(row), at: row.at }));
  return [...ofMails, ...told].sort((one, other) => other.at - one.at);
}

/** What the freelancer reads under "needs attention". */
export function attentionWords(row: { kind: ActivityKind; detail: string }): string {
  switch (row.kind) {
    case 'link_sent':
      return 'Asked for a link and has not come in since. Did the mail arrive?';
    case 'link_failed': {
      const { reason } = readDetail(row.detail);
      return `A sign-in mail could not be sent${reason === '' ? '' : `: ${reason}`}.`;
    }
    case 'password_locked':
      return 'Somebody typed too many wrong passwords. The sign-in link still works.';
    case 'code_locked':
      return 'Typed too many wrong codes. The link in the newest mail still works.';
    default:
      return '';
  }
}

/** The same of a mail that is being tried again. */
export function waitingWords(reason: string): string {
  return `A sign-in mail is waiting: ${reason}. It is tried again by itself.`;
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
function whyWords({ reason, tries }: v.InferOutput<typeof Detail>): string {
  return tries > 1 ? `given up after ${tries} tries: ${reason}` : reason;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
