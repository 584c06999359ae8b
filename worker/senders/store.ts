import { and, asc, eq, exists, type SQL } from 'drizzle-orm';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';

export type Sender = typeof senders.$inferSelect;

/** What keeps and counts senders. */
export type SenderStores = { db: Db; keyring: Keyring };

/** The statement that finds the current sender of a workspace. Mail leaves from no other. */
export function findSender(db: Db, workspace: WorkspaceId) {
  const byCurrent = and(eq(senders.workspaceId, workspace), eq(senders.slot, 'current'));
  return db.select().from(senders).where(byCurrent);
}

/** The statement that finds the senders of a workspace: the current one, then the next. */
export function findSenders(db: Db, workspace: WorkspaceId) {
  const byWorkspace = eq(senders.workspaceId, workspace);
  return db.select().from(senders).where(byWorkspace).orderBy(asc(senders.slot));
}

/** The sender that waits for its code. */
export function findUnconfirmed(found: Sender[]): Sender | undefined {
  return found.find(({ confirmedAt }) => confirmedAt === null);
}

/** The condition for a sender's own row. An address that is entered in its place has another id. */
export function byId({ id, workspaceId }: Pick<Sender, 'id' | 'workspaceId'>): SQL | undefined {
  return and(eq(senders.workspaceId, workspaceId), eq(senders.id, id));
}

/** The condition that a sender exists, for a statement in the batch that then changes this sender. */
export function senderExists(db: Db, where: SQL | undefined): SQL {
  return exists(db.select({ id: senders.id }).from(senders).where(where));
}
