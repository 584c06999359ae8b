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
      return { kind: 'bad', title: 'The sign-in mail could not be sent', detail: detail.reason };
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
    case 'signed_in': {
      const where = whereWords(detail.device, detail.place);
      return { kind: 'ok', title: `Signed in by ${detail.method}`, detail: where };
    }
  }
}

/** What the freelancer reads under "needs attention". */
export const ATTENTION_WORDS: Partial<Record<ActivityKind, string>> = {
  link_sent: 'Asked for a link and has not come in since. Did the mail arrive?',
  link_failed: 'A sign-in mail could not be sent.',
  password_locked: 'Somebody typed too many wrong passwords. The sign-in link still works.',
  code_locked: 'Typed too many wrong codes. The link in the newest mail still works.',
};

/** Where a sign-in happened: `Chrome on macOS, Lisbon, PT`. */
export function whereWords(device: string, place: string): string {
  return [device, place].filter((part) => part !== '').join(', ');
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
