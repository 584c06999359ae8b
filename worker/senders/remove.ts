import { and, eq, ne } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { addressWhere, promoteNext } from './promote.ts';
import { byId, findSenders, type Sender, senderExists } from './store.ts';

/** Which sender somebody wants to be rid of, and in which slot they saw it, both as a form has them. */
export type Unwanted = { id: string; slot: string };

/** What was removed, and the address that remains. */
export type Removed = { sender: Sender; remains: string | null };

/**
 * Takes an address away; null when there is none as it was seen. The one beside it is the current one then. Without one,
 * mail leaves from the platform's sender again at once. One that has taken over meanwhile is not what somebody gave up
 * while it was the next: it stays.
 */
export async function removeSender(
  db: Db,
  workspace: WorkspaceId,
  actor: Actor,
  { id, slot }: Unwanted,
  now: number,
): Promise<Removed | null> {
  const found = await findSenders(db, workspace);
  const there = found.find((each) => each.id === id && each.slot === slot);
  if (there === undefined) return null;
  const { address } = there;
  const isStill = and(byId(there), eq(senders.slot, there.slot));
  const other = and(eq(senders.workspaceId, workspace), ne(senders.id, there.id));
  const detail = { address, remains: addressWhere(db, other) };
  const entry = { kind: 'sender_removed', workspace, actor, detail } as const;
  const [, [sender]] = await db.batch([
    recordActivityIf(db, entry, senderExists(db, isStill), now),
    db.delete(senders).where(isStill).returning(),
    promoteNext(db, workspace),
  ]);
  if (sender === undefined) return null;
  return { sender, remains: found.find((each) => each.id !== id)?.address ?? null };
}
