import * as v from 'valibot';
import type { ActivityKind } from './kinds.ts';

// Every field has a blank, for rows that an older version wrote differently.
const text = v.optional(v.fallback(v.string(), ''), '');
const count = v.optional(v.fallback(v.number(), 0), 0);
/** Milliseconds: a moment, or how long something lasts. */
const time = count;
/** The kind of a mail, as `mails` has it. */
const mail = v.optional(v.fallback(v.string(), 'sign-in'), 'sign-in');

const nothing = v.pipe(
  v.unknown(),
  v.transform(() => null),
);
const failed = v.object({ reason: text, tries: count });
const ofMail = v.object({ reason: text, mail });
const replaced = v.object({ address: text, instead: text });

/** What each kind records, as JSON in the column `detail`. `nothing` is stored as ''. */
const DETAILS = {
  contact_added: nothing,
  access_on: nothing,
  access_off: v.object({ sessions: count, links: count }),
  link_sent: nothing,
  link_withheld: v.object({ until: time }),
  link_failed: failed,
  link_scanned: nothing,
  link_opened: v.object({ device: text, location: text }),
  code_locked: nothing,
  notice_failed: failed,
  mail_delayed: ofMail,
  mail_bounced: ofMail,
  mail_suppressed: ofMail,
  mail_complained: ofMail,
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
  sender_broken: v.object({ address: text, reason: text }),
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
