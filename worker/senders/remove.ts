import { and, eq, ne } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivityIf } from '../activity/record.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, newId, type WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { addressWhere, promoteNext } from './promote.ts';
import { byId, findSenders, type Sender, senderExists } from './store.ts';

/** The sender to remove and the slot in which the page showed it, both as a form sends them. */
export type SenderToRemove = { id: string; slot: string };

/** The sender that was removed, the address that remains, and what recorded it. */
export type RemovedSender = { sender: Sender; remains: string | null; activity: ActivityId };

/**
 * Removes a sender; null if it is not in that slot any more, so a next sender that was promoted meanwhile stays. The
 * other sender becomes the current one. Without another, mail leaves from the platform's sender at once.
 */
export async function removeSender(
  db: Db,
  workspace: WorkspaceId,
  actor: Actor,
  { id, slot }: SenderToRemove,
  now: number,
): Promise<RemovedSender | null> {
  const found = await findSenders(db, workspace);
  const unwanted = found.find((each) => each.id === id && each.slot === slot);
  if (unwanted === undefined) return null;
  const where = and(byId(unwanted), eq(senders.slot, unwanted.slot));
  const byOther = and(eq(senders.workspaceId, workspace), ne(senders.id, unwanted.id));
  const remains = addressWhere(db, byOther);
  const detail = { address: unwanted.address, remains };
  const activity = newId<ActivityId>();
  const entry = { id: activity, kind: 'sender_removed', workspace, actor, detail } as const;
  const { removed } = await batchByName(db, {
    activity: recordActivityIf(db, entry, senderExists(db, where), now),
    removed: db.delete(senders).where(where).returning(),
    promoted: promoteNext(db, workspace),
  });
  const [sender] = removed;
  if (sender === undefined) return null;
  return { sender, remains: found.find((each) => each.id !== id)?.address ?? null, activity };
}
