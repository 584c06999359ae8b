import type { DateStyle } from '../../../ui/components/time.tsx';
import type { SampleShown } from '../../../ui/pages/desk/email-sample.tsx';
import type { ActivityRow } from '../../activity/list.ts';
import { type StateNow, stateNow } from '../../delivery/list.ts';
import type { Mail } from '../../delivery/mails.ts';
import { MAIL_TRY_LONGEST } from '../../limits/rules.ts';
import { momentsOf, type Step } from './timeline.ts';

type News = Pick<ActivityRow, 'at' | 'kind' | 'detail'>;

/**
 * The newest that is known of a member's last sample, if there is one, in the words of a contact's card, and what to do
 * about it.
 */
export function sampleShown(
  mail: Mail | undefined,
  news: News[],
  dates: DateStyle,
  now: number,
): SampleShown | null {
  if (mail === undefined) return null;
  const happenings = news.map((row) => ({ ...row, member: null }));
  const [newest] = isFirstTry(mail, now) ? [] : momentsOf(happenings, [mail], dates, now);
  if (newest === undefined) return { ...ON_ITS_WAY, at: mail.createdAt };
  const { kind, title, detail, at, step } = newest;
  const next = nextStep(step, stateNow(mail, now));
  return { kind, title: toYou(title), detail: toYou(detail), at, next };
}

const ON_ITS_WAY = {
  kind: 'plain',
  title: 'The sample is on its way',
  detail: '',
  next: 'Reload this page to see what became of it.',
} as const;

/** Ordered a moment ago: nothing has gone wrong with it yet. */
function isFirstTry({ state, tries, createdAt }: Mail, now: number): boolean {
  return state === 'waiting' && tries === 0 && now < createdAt + MAIL_TRY_LONGEST;
}

/** The card speaks of a client's mailbox, the page to whom it belongs. */
function toYou(words: string): string {
  return words
    .replace(/\b(they|them)\b/g, 'you')
    .replace(/\btheir\b/g, 'your')
    .replace(/\bTheir\b/g, 'Your');
}

function nextStep(step: Step, state: StateNow): string {
  switch (step) {
    case 'mail':
      return nextByState(state);
    case 'delivered':
      return NOT_THERE;
    case 'mail_bounced':
      return 'See that your mailbox takes mail, then try once more with the button. Whether mails reach your clients, their cards say.';
    case 'mail_suppressed':
      return 'Your sign-in links may be held back too: ask whoever runs Latchkey for you to have your address taken off the mail service’s list.';
    case 'mail_complained':
      return 'Take it out of your spam folder and mark it as wanted, or your sign-in links may end up there as well.';
    default:
      return '';
  }
}

function nextByState(state: StateNow): string {
  switch (state) {
    case 'accepted':
      return NOT_THERE;
    case 'failed':
    case 'given-up':
    case 'forgotten':
      return 'Try once more with the button. If it fails again, your clients’ mails may be failing too: see their cards, and show the words above to whoever runs Latchkey for you.';
    case 'cut off':
      return 'Look into your mailbox. If it isn’t there, try once more with the button.';
    default:
      return '';
  }
}

const NOT_THERE = 'Not in your mailbox? Look into its spam folder.';
