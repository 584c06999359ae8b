import type { Confirmed } from '../../../../senders/confirm.ts';
import type { Removed } from '../../../../senders/remove.ts';
import { isActive, type Transition } from '../../../../senders/status.ts';
import type { Sender } from '../../../../senders/store.ts';
import { readable, readableDomain } from '../../../../values/email-address.ts';

/** What was confirmed, and what follows. `turned` is what the check after it changed, in words. */
export function confirmedWords(
  { sender, tookOver }: Extract<Confirmed, { ok: true }>,
  turned: string,
): string {
  const { slot } = sender;
  const address = readable(sender.address);
  if (tookOver && sender.use === 'from' && turned === '') {
    return `${address} is confirmed: replies reach it from now on. ${NOT_FROM_IT_YET}`;
  }
  if (tookOver) return `${address} is confirmed, and in use from now on. ${turned}`.trim();
  const isWaiting = slot === 'next' && turned === '';
  return `${address} is confirmed. ${isWaiting ? NOT_YET : turned}`.trim();
}

const NOT_FROM_IT_YET = 'Mail leaves from it once its records are right.';
const NOT_YET = 'It is used once its records are right; until then all stays as it is.';

/** How a check turned a sender; '' when it didn't. */
export function turnWords(sender: Sender, transition: Transition | null): string {
  const address = readable(sender.address);
  switch (transition) {
    case 'verified':
      return `All records are right: mail leaves from ${address} from now on.`;
    case 'restored':
      return `All is right again: mail leaves from ${address}.`;
    case 'broken':
      return `A record is no longer right: mail leaves from Latchkey’s sender, and not from ${address}, meanwhile.`;
    case null:
      return '';
  }
}

/** One address that somebody had checked. */
export type Looked = { domain: string; isHeard: boolean; turned: string };

/** What came of a check that somebody asked for; of two senders the next one's is the last word. */
export function checkedWords(looked: Looked[]): string {
  const silent = new Set(
    looked.filter(({ isHeard }) => !isHeard).map(({ domain }) => readableDomain(domain)),
  );
  const came =
    silent.size === 0
      ? 'Checked.'
      : `The mail service could not say anything of ${[...silent].join(' and ')} just now. Try again in a minute.`;
  const turns = looked.map(({ turned }) => turned).filter((words) => words !== '');
  return [came, ...turns.slice(-1)].join(' ');
}

/** What was removed, if anything, and where mail leaves from since. */
export function removedWords(removed: Removed | null, mailFrom: string): string {
  if (removed === null) return NOTHING_REMOVED;
  const { sender } = removed;
  const address = readable(sender.address);
  const remains = removed.remains === null ? null : readable(removed.remains);
  if (sender.slot === 'next') return `${address} is given up. ${remains} stays in use.`;
  const heir = remains === null ? '' : `, and ${remains} takes its place`;
  const since = isActive(sender) ? `Mail leaves from ${mailFrom}.` : 'Replies no longer reach it.';
  const isOfUse = sender.confirmedAt !== null;
  return `${address} is removed${heir}. ${isOfUse ? since : ''}`.trim();
}

const NOTHING_REMOVED = 'The addresses are others by now: see below which are in use.';
