import { days } from '../values/duration.ts';

/** How long a kind is kept. Links and what became of them are of interest for a quarter only. */
const YEAR = days(396);
const QUARTER = days(90);

/** Why a kind may need the freelancer's attention: attention.ts has the condition of each. */
export type AttentionReason = 'asked' | 'withheld' | 'unsent' | 'locked' | 'unreachable';

/** What is decided about a kind. */
type KindRow = {
  /** Milliseconds. */
  keptFor: number;
  /** `card`: only on the contact's card; `everywhere`: in the workspace's activity as well. */
  shownOn: 'card' | 'everywhere';
  /** Null when nobody has to do anything about it. */
  attention: AttentionReason | null;
  /** `mail`: a step on a mail's way to a sign-in, which a timeline puts in order. */
  story: 'mail' | null;
};

/**
 * The kinds of activity, each declared once: the database's type, the sweep, lists, attention and words derive from it.
 * A new kind compiles once details.ts and routes/admin/activity/describe.ts have it too. The names are stored.
 */
export const KINDS = {
  contact_added: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  access_on: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  access_off: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  invited: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  link_sent: { keptFor: QUARTER, shownOn: 'everywhere', attention: 'asked', story: 'mail' },
  link_withheld: { keptFor: QUARTER, shownOn: 'everywhere', attention: 'withheld', story: null },
  link_failed: { keptFor: YEAR, shownOn: 'everywhere', attention: 'unsent', story: null },
  link_scanned: { keptFor: QUARTER, shownOn: 'card', attention: null, story: 'mail' },
  link_opened: { keptFor: QUARTER, shownOn: 'everywhere', attention: null, story: 'mail' },
  code_locked: { keptFor: YEAR, shownOn: 'everywhere', attention: 'locked', story: null },
  notice_failed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  mail_delayed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: 'mail' },
  mail_bounced: { keptFor: YEAR, shownOn: 'everywhere', attention: 'unreachable', story: 'mail' },
  mail_suppressed: {
    keptFor: YEAR,
    shownOn: 'everywhere',
    attention: 'unreachable',
    story: 'mail',
  },
  mail_complained: {
    keptFor: YEAR,
    shownOn: 'everywhere',
    attention: 'unreachable',
    story: 'mail',
  },
  signed_in: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: 'mail' },
  session_ended: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  password_set: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  password_changed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  password_removed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  password_locked: { keptFor: YEAR, shownOn: 'everywhere', attention: 'locked', story: null },
  sender_confirmed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  sender_verified: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  sender_broken: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
  sender_removed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, story: null },
} as const satisfies Record<string, KindRow>;

export type ActivityKind = keyof typeof KINDS;

/** The kinds whose row has a value in a field. */
type KindsWith<Field extends keyof KindRow, Value> = {
  [Kind in ActivityKind]: (typeof KINDS)[Kind][Field] extends Value ? Kind : never;
}[ActivityKind];

export type AttentionKind = KindsWith<'attention', AttentionReason>;
export type MailStepKind = KindsWith<'story', 'mail'>;

/** The kinds whose row fulfils a condition. */
export function kindsWhere(isMeant: (row: KindRow) => boolean): ActivityKind[] {
  const kinds = Object.keys(KINDS) as ActivityKind[];
  return kinds.filter((kind) => isMeant(KINDS[kind]));
}
