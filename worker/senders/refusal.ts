import type { Db } from '../db/client.ts';
import { transition } from './status.ts';
import type { Sender } from './store.ts';

/** What the freelancer reads of it. */
export const REFUSED = 'the mail service refused mail from it';

/**
 * The mail service refused a mail from this sender and took the same mail from the platform's: no more leaves from it until
 * somebody has looked. False when that was known.
 */
export async function breakSender(db: Db, sender: Sender, now: number): Promise<boolean> {
  const [record, change] = transition(
    db,
    sender,
    'broken',
    { reason: REFUSED, by: 'refusal' },
    now,
  );
  const [, changed] = await db.batch([record, change]);
  return changed.length > 0;
}
