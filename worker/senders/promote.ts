import { and, eq, isNotNull, isNull, not, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { byId, type Sender, senderExists } from './store.ts';

/** Conditions for a promotion: on the row of the next sender, and on that of the current one, which it replaces. */
type PromotionConditions = { next?: SQL | undefined; current?: SQL | undefined };

/**
 * Which current sender is replaced as soon as the next one is confirmed: any by a reply-only address; an inactive one by
 * an address that sends.
 */
export function whereReplaceableBy({ use }: Pick<Sender, 'use'>): SQL | undefined {
  return use === 'reply-to' ? undefined : not(WHERE_ACTIVE);
}

/** `isActive` (status.ts) as a condition. */
const WHERE_ACTIVE = sql`(${and(
  eq(senders.use, 'from'),
  isNotNull(senders.confirmedAt),
  isNotNull(senders.verifiedAt),
  isNull(senders.brokenAt),
)})`;

/** The address that a sender replaces, for what the same batch records; '' if it replaces none. */
export function replacedAddress(db: Db, sender: Sender, conditions: PromotionConditions): SQL {
  return addressWhere(db, whereReplacedBy(db, sender, conditions));
}

/** The address of the sender that a condition finds, as a value; '' if it finds none. */
export function addressWhere(db: Db, where: SQL | undefined): SQL {
  const found = db.select({ address: senders.address }).from(senders).where(where);
  return sql`coalesce(${found}, '')`;
}

/**
 * The statements that put a next sender in place of the current one, under conditions. `promoted` returns a row if they
 * did. For a current sender they change nothing.
 */
export function promote(db: Db, sender: Sender, conditions: PromotionConditions) {
  return {
    replaced: db.delete(senders).where(whereReplacedBy(db, sender, conditions)),
    promoted: promoteNext(db, sender.workspaceId),
  };
}

/** The statement that makes the next sender the current one if there is no current one. */
export function promoteNext(db: Db, workspace: WorkspaceId) {
  const hasCurrent = senderExists(db, bySlot(workspace, 'current'));
  return db
    .update(senders)
    .set({ slot: 'current' })
    .where(and(bySlot(workspace, 'next'), not(hasCurrent)))
    .returning({ id: senders.id });
}

function whereReplacedBy(
  db: Db,
  sender: Sender,
  { next, current }: PromotionConditions,
): SQL | undefined {
  const nextIsReady = senderExists(db, and(byId(sender), eq(senders.slot, 'next'), next));
  return and(bySlot(sender.workspaceId, 'current'), current, nextIsReady);
}

function bySlot(workspace: WorkspaceId, slot: Sender['slot']): SQL | undefined {
  return and(eq(senders.workspaceId, workspace), eq(senders.slot, slot));
}
