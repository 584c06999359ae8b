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
  /** Whether it is a step on a mail's way to a sign-in: a timeline orders these steps. */
  isMailStep: boolean;
};

/**
 * The kinds of activity, each declared once: the database's type, the sweep, lists, attention and words derive from it.
 * A new kind compiles once details.ts and routes/admin/activity/describe.ts have it too. The names are stored.
 */
export const KINDS = {
  contact_added: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  access_on: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  access_off: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  invited: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  link_sent: { keptFor: QUARTER, shownOn: 'everywhere', attention: 'asked', isMailStep: true },
  link_withheld: {
    keptFor: QUARTER,
    shownOn: 'everywhere',
    attention: 'withheld',
    isMailStep: false,
  },
  // a member sent it from the contact's card
  link_offered: { keptFor: QUARTER, shownOn: 'everywhere', attention: null, isMailStep: true },
  link_failed: { keptFor: YEAR, shownOn: 'everywhere', attention: 'unsent', isMailStep: false },
  link_scanned: { keptFor: QUARTER, shownOn: 'card', attention: null, isMailStep: true },
  link_opened: { keptFor: QUARTER, shownOn: 'everywhere', attention: null, isMailStep: true },
  code_locked: { keptFor: YEAR, shownOn: 'everywhere', attention: 'locked', isMailStep: false },
  notice_failed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  mail_delayed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: true },
  mail_bounced: {
    keptFor: YEAR,
    shownOn: 'everywhere',
    attention: 'unreachable',
    isMailStep: true,
  },
  mail_suppressed: {
    keptFor: YEAR,
    shownOn: 'everywhere',
    attention: 'unreachable',
    isMailStep: true,
  },
  mail_complained: {
    keptFor: YEAR,
    shownOn: 'everywhere',
    attention: 'unreachable',
    isMailStep: true,
  },
  signed_in: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: true },
  session_ended: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  password_set: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  password_changed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  password_removed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  password_locked: { keptFor: YEAR, shownOn: 'everywhere', attention: 'locked', isMailStep: false },
  sender_confirmed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  sender_verified: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  sender_broken: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
  portal_contact_changed: {
    keptFor: YEAR,
    shownOn: 'everywhere',
    attention: null,
    isMailStep: false,
  },
  sender_removed: { keptFor: YEAR, shownOn: 'everywhere', attention: null, isMailStep: false },
} as const satisfies Record<string, KindRow>;

export type ActivityKind = keyof typeof KINDS;

/** The kinds whose row has a value in a field. */
type KindsWith<Field extends keyof KindRow, Value> = {
  [Kind in ActivityKind]: (typeof KINDS)[Kind][Field] extends Value ? Kind : never;
}[ActivityKind];

export type AttentionKind = KindsWith<'attention', AttentionReason>;
export type MailStepKind = KindsWith<'isMailStep', true>;

/** The kinds whose row fulfils a condition. */
export function kindsWhere(isMeant: (row: KindRow) => boolean): ActivityKind[] {
  const kinds = Object.keys(KINDS) as ActivityKind[];
  return kinds.filter((kind) => isMeant(KINDS[kind]));
}
