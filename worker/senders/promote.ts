import { and, eq, isNotNull, isNull, not, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { byId, type Sender, senderExists } from './store.ts';

/** What has to hold for a next sender to take over: of its own row, and of the current one, whose place it takes. */
type Ready = { next?: SQL | undefined; current?: SQL | undefined };

/** Of a current sender: that one which is confirmed now need not wait for its records. */
export function replaceableAtOnce({ use }: Pick<Sender, 'use'>): SQL | undefined {
  return use === 'reply-to' ? undefined : not(LEAVES_FROM_IT);
}

/** `isActive` as a condition. */
const LEAVES_FROM_IT = sql`(${and(
  eq(senders.use, 'from'),
  isNotNull(senders.confirmedAt),
  isNotNull(senders.verifiedAt),
  isNull(senders.brokenAt),
)})`;

/** The address whose place a sender takes, for what is recorded in the same batch; '' when it takes nobody's. */
export function replacedAddress(db: Db, sender: Sender, ready: Ready): SQL {
  return addressWhere(db, isReplacedBy(db, sender, ready));
}

/** The address of the sender that a condition finds, as a value; '' when it finds none. */
export function addressWhere(db: Db, condition: SQL | undefined): SQL {
  const found = db.select({ address: senders.address }).from(senders).where(condition);
  return sql`coalesce(${found}, '')`;
}

/**
 * The statements by which a next sender takes the place of the current one, if it is ready. The second returns a row if
 * it did. For a sender that is current itself they change nothing.
 */
export function promote(db: Db, sender: Sender, ready: Ready) {
  return [
    db.delete(senders).where(isReplacedBy(db, sender, ready)),
    promoteNext(db, sender.workspaceId),
  ] as const;
}

/** The statement that makes the next sender the current one where there is no other. */
export function promoteNext(db: Db, workspace: WorkspaceId) {
  const hasCurrent = senderExists(db, isIn(workspace, 'current'));
  return db
    .update(senders)
    .set({ slot: 'current' })
    .where(and(isIn(workspace, 'next'), not(hasCurrent)))
    .returning({ id: senders.id });
}

function isReplacedBy(db: Db, sender: Sender, { next, current }: Ready): SQL | undefined {
  const isNext = senderExists(db, and(byId(sender), eq(senders.slot, 'next'), next));
  return and(isIn(sender.workspaceId, 'current'), current, isNext);
}

function isIn(workspace: WorkspaceId, slot: Sender['slot']): SQL | undefined {
  return and(eq(senders.workspaceId, workspace), eq(senders.slot, slot));
}
