import type { ConfirmResult } from '../../../../senders/confirm.ts';
import type { RemovedSender } from '../../../../senders/remove.ts';
import { isActive, type Transition } from '../../../../senders/status.ts';
import type { Sender } from '../../../../senders/store.ts';
import { readable, readableDomain } from '../../../../values/email-address.ts';

/** What was confirmed, and what follows. `changed`: what the check after it changed, in words; '' for nothing. */
export function confirmedWords(
  { sender, promoted }: Extract<ConfirmResult, { ok: true }>,
  changed: string,
): string {
  const { slot, use } = sender;
  const address = readable(sender.address);
  if (promoted && use === 'from' && changed === '') {
    return `${address} is confirmed: replies reach it from now on. ${ONCE_RIGHT}`;
  }
  if (promoted) return `${address} is confirmed, and in use from now on. ${changed}`.trim();
  const next = slot === 'next' && changed === '' ? NEXT_ONCE_RIGHT : changed;
  return `${address} is confirmed. ${next}`.trim();
}

const ONCE_RIGHT = 'Mail leaves from it once its records are right.';
const NEXT_ONCE_RIGHT = 'It is used once its records are right; until then all stays as it is.';

/** How a check changed a sender; '' if it didn't. */
export function transitionWords(sender: Sender, transition: Transition | null): string {
  const address = readable(sender.address);
  switch (transition?.to) {
    case 'verified':
      return `All records are right: mail leaves from ${address} from now on.`;
    case 'restored':
      return `All is right again: mail leaves from ${address}.`;
    case 'broken':
      return `A record is no longer right: mail leaves from Latchkey’s sender, and not from ${address}, meanwhile.`;
    case undefined:
      return '';
  }
}

/** What a check of one sender found: whether the mail service answered, and what changed, in words. */
export type CheckedSender = { domain: string; hasAnswer: boolean; changed: string };

/** What a check that a person asked for found. The change of the last sender, which is the next one, is what counts. */
export function checkedWords(checked: CheckedSender[]): string {
  const unanswered = checked.filter(({ hasAnswer }) => !hasAnswer);
  const domains = new Set(unanswered.map(({ domain }) => readableDomain(domain)));
  const answered =
    domains.size === 0
      ? 'Checked.'
      : `The mail service could not check ${[...domains].join(' and ')} just now. Try again in a minute.`;
  const changes = checked.map(({ changed }) => changed).filter((words) => words !== '');
  return [answered, ...changes.slice(-1)].join(' ');
}

/** What was removed, if anything, and where mail leaves from now. */
export function removedWords(removed: RemovedSender | null, mailFrom: string): string {
  if (removed === null) return NOTHING_REMOVED;
  const { sender } = removed;
  const address = readable(sender.address);
  const remains = removed.remains === null ? null : readable(removed.remains);
  if (sender.slot === 'next') return `${address} was removed. ${remains} stays in use.`;
  const successor = remains === null ? '' : `, and ${remains} takes its place`;
  const inUse = isActive(sender) ? `Mail leaves from ${mailFrom}.` : 'Replies no longer reach it.';
  return `${address} was removed${successor}. ${sender.confirmedAt === null ? '' : inUse}`.trim();
}

const NOTHING_REMOVED =
  'The addresses have changed in the meantime. See below which ones are in use.';
