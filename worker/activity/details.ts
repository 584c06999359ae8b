import * as v from 'valibot';
import { MAIL_FAILURES, MAIL_KINDS } from '../db/schema.ts';
import { CEILINGS } from '../limits/mail-rules.ts';
import type { ActivityKind } from './kinds.ts';

// Every field has a blank, for rows that an older version wrote differently.
const text = v.optional(v.fallback(v.string(), ''), '');
const count = v.optional(v.fallback(v.number(), 0), 0);
/** Milliseconds: a moment, or how long something lasts. */
const time = count;
/** A code of MAIL_FAILURES; '' for none, and 'unclear' for one that this version does not know. */
const failure = v.optional(v.fallback(v.picklist(['', ...MAIL_FAILURES]), 'unclear'), '');
const mail = v.optional(v.fallback(v.picklist(MAIL_KINDS), 'sign-in'), 'sign-in');

/** Rows from before ceilings had names met that of the mailbox. */
const ceiling = v.optional(v.fallback(v.picklist(CEILINGS), 'mailbox'), 'mailbox');

/** The DNS records that a check of a sender judges. */
const record = v.picklist(['spf', 'dkim', 'domain-lockdown', 'mx']);

const nothing = v.pipe(
  v.unknown(),
  v.transform(() => null),
);
/** `after`: the failure of the last try, if the mail was given up for another reason (`failure`). */
const failed = v.object({ failure, after: failure, tries: count, mail });
const undelivered = v.object({ failure, mail });
const replaced = v.object({ address: text, instead: text });

/** What each kind records, as JSON in the column `detail`. `nothing` is stored as ''. */
const DETAILS = {
  contact_added: nothing,
  access_on: nothing,
  access_off: v.object({ sessions: count, links: count }),
  invited: nothing,
  link_sent: nothing,
  link_offered: nothing,
  link_withheld: v.object({ until: time, epoch: count, ceiling }),
  link_failed: failed,
  link_scanned: nothing,
  link_opened: v.object({ device: text, location: text }),
  code_locked: nothing,
  notice_failed: failed,
  mail_delayed: undelivered,
  mail_bounced: undelivered,
  mail_suppressed: undelivered,
  mail_complained: undelivered,
  signed_in: v.object({
    method: v.optional(v.fallback(v.picklist(['link', 'code', 'password']), 'link'), 'link'),
    device: text,
    location: text,
  }),
  session_ended: v.object({ device: text }),
  password_set: nothing,
  password_changed: nothing,
  password_removed: nothing,
  password_locked: v.object({ pause: time }),
  sender_confirmed: replaced,
  sender_verified: replaced,
  sender_broken: v.object({
    address: text,
    cause: v.optional(v.fallback(v.picklist(['refused', 'records']), 'records'), 'records'),
    records: v.optional(v.fallback(v.array(record), []), []),
  }),
  portal_contact_changed: replaced,
  sender_removed: v.object({ address: text, remains: text }),
} satisfies Record<ActivityKind, v.GenericSchema>;

/** The detail of each kind; null for kinds that need none. */
export type Details = { [Kind in ActivityKind]: v.InferOutput<(typeof DETAILS)[Kind]> };

/** Reads a stored detail. What is missing or unreadable is blank: '', 0, or the field's usual value. */
export function readDetail<Kind extends ActivityKind>(kind: Kind, stored: string): Details[Kind] {
  const schema: v.GenericSchema = DETAILS[kind];
  const parsed = v.safeParse(schema, parseJson(stored));
  return (parsed.success ? parsed.output : v.parse(schema, {})) as Details[Kind];
}

function parseJson(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch {
    return {};
  }
}
