import type { DateStyle } from '../../../../../ui/dates.ts';
import type { LastMail } from '../../../../../ui/pages/admin/settings/email/last-mail.tsx';
import type { ActivityRow } from '../../../../activity/list.ts';
import { type StateNow, stateNow } from '../../../../mail/find-mails.ts';
import { MAIL_TRY_LONGEST, type Mail } from '../../../../mail/mails.ts';
import type { Sender } from '../../../../senders/store.ts';
import { type Moment, momentsOf, type TimelineStep } from '../../activity/timeline.ts';

/** An activity that is about the mail. */
type MailEvent = Pick<ActivityRow, 'at' | 'kind' | 'detail'>;

/** The latest state of the member's last sample mail, and the advice for it. */
export function sampleShown(
  mail: Mail | undefined,
  events: MailEvent[],
  dates: DateStyle,
  now: number,
): LastMail | null {
  if (mail === undefined) return null;
  const newest = newestOf(mail, events, dates, now);
  if (newest === undefined) return { ...ON_ITS_WAY, at: mail.createdAt };
  return shown(newest, nextOf(SAMPLE_NEXT, newest.step, stateNow(mail, now)));
}

const ON_ITS_WAY = {
  kind: 'plain',
  title: 'The sample is on its way',
  detail: '',
  next: 'Reload this page to see what became of it.',
} as const;

/** The latest state of the mail with the sender's code; null unless something went wrong. */
export function codeShown(
  { askedAt }: Pick<Sender, 'askedAt'>,
  mail: Mail | undefined,
  events: MailEvent[],
  dates: DateStyle,
  now: number,
): LastMail | null {
  // this mail belongs to an earlier code or address
  if (mail === undefined || mail.createdAt < askedAt) return null;
  const newest = newestOf(mail, events, dates, now);
  if (newest?.kind !== 'bad') return null;
  return shown(newest, nextOf(CODE_NEXT, newest.step, stateNow(mail, now)));
}

function newestOf(
  mail: Mail,
  events: MailEvent[],
  dates: DateStyle,
  now: number,
): Moment | undefined {
  if (isFirstTry(mail, now)) return undefined;
  const entries = events.map((row) => ({ ...row, member: null }));
  return momentsOf(entries, [mail], { dates, mailbox: 'you' }, now)[0];
}

/** Asked for a moment ago: nothing has gone wrong with it yet. */
function isFirstTry({ state, tries, createdAt }: Mail, now: number): boolean {
  return state === 'waiting' && tries === 0 && now < createdAt + MAIL_TRY_LONGEST;
}

function shown({ kind, title, detail, at }: Moment, next: string): LastMail {
  return { kind, title, detail, at, next };
}

/** What to do about a mail, by what became of it; nothing where it is left out. */
type Next = Partial<Record<TimelineStep | StateNow, string>>;

function nextOf(next: Next, step: TimelineStep, state: StateNow): string {
  return next[step === 'mail' ? state : step] ?? '';
}

const NOT_THERE = 'Not in your mailbox? Look into its spam folder.';
const SAMPLE_AGAIN =
  'Try once more with the button. If it fails again, your clients’ mails may be failing too: see their cards, and show the words above to the person who runs Latchkey for you.';

const SAMPLE_NEXT: Next = {
  accepted: NOT_THERE,
  delivered: NOT_THERE,
  failed: SAMPLE_AGAIN,
  'given-up': SAMPLE_AGAIN,
  forgotten: SAMPLE_AGAIN,
  'cut-off': 'Look into your mailbox. If it isn’t there, try once more with the button.',
  mail_bounced:
    'See that your mailbox takes mail, then try once more with the button. Open a contact to see whether mails reach them.',
  mail_suppressed:
    'Your sign-in links may be held back too: ask the person who runs Latchkey for you to have your address taken off the mail service’s list.',
  mail_complained:
    'Take it out of your spam folder and mark it as wanted, or your sign-in links may end up there as well.',
};

const CODE_AGAIN =
  'Send the code again. If it fails again, show the words above to the person who runs Latchkey for you.';

const CODE_NEXT: Next = {
  failed: CODE_AGAIN,
  'given-up': CODE_AGAIN,
  forgotten: CODE_AGAIN,
  'cut-off': 'Look into the mailbox. If it isn’t there, send the code again.',
  mail_bounced:
    'See that the address is spelled right and takes mail. Then send the code again, or use another address below.',
  mail_suppressed:
    'Use another address below, or ask the person who runs Latchkey for you to have this one taken off the mail service’s list.',
  mail_complained: 'Look for it in the spam folder, and mark it as wanted.',
};
