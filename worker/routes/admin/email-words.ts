import type { Confirmed } from '../../senders/confirm.ts';
import type { Removed } from '../../senders/remove.ts';
import type { Sender } from '../../senders/senders.ts';
import type { Turn } from '../../senders/turns.ts';

/** What was confirmed, and what follows. `turned` is what the check after it changed, in words. */
export function confirmedWords(
  { sender, tookOver }: Extract<Confirmed, { ok: true }>,
  turned: string,
): string {
  const { address, slot } = sender;
  if (tookOver) return `${address} is confirmed, and in use from now on. ${turned}`.trim();
  const isWaiting = slot === 'next' && turned === '';
  return `${address} is confirmed. ${isWaiting ? NOT_YET : turned}`.trim();
}

const NOT_YET = 'It is used once its records are right; until then all stays as it is.';

/** How a check turned a sender; '' when it didn't. */
export function turnWords({ address }: Sender, turn: Turn | null): string {
  switch (turn) {
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

/** What was removed, if anything, and where mail leaves from since. */
export function removedWords(removed: Removed | null, mailFrom: string): string {
  if (removed === null) return NOTHING_REMOVED;
  const { sender, remains } = removed;
  const { address, use, slot } = sender;
  if (slot === 'next') return `${address} is given up. ${remains} stays in use.`;
  const heir = remains === null ? '' : `, and ${remains} takes its place`;
  const since = use === 'from' ? `Mail leaves from ${mailFrom}.` : 'Replies no longer reach it.';
  return `${address} is removed${heir}. ${since}`;
}

const NOTHING_REMOVED = 'Nothing was removed: the addresses have changed meanwhile. Look again.';
