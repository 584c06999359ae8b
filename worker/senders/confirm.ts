import { and, eq, isNull } from 'drizzle-orm';
import { recordIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { MemberId, WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { countTry } from '../limits/limiter.ts';
import { SENDER_CODES_PER_ASKING, SENDER_CODES_PER_WORKSPACE } from '../limits/rules.ts';
import { parseCode } from '../sign-in/code.ts';
import { codeLasts, isSenderCode } from './code.ts';
import { findSender, isThis, type Sender, type SenderStores, senderIs } from './senders.ts';

/** `nothing`: there is no address that waits for a code. */
export type Confirmed =
  | { ok: true; sender: Sender }
  | { ok: false; why: 'nothing' | 'malformed' | 'lapsed' | 'wrong' | 'locked' };

/** The code of the mail, typed by a member. Counted in D1 before it is judged. */
export async function confirmSender(
  stores: SenderStores,
  workspace: WorkspaceId,
  member: MemberId,
  typed: string,
  now: number,
): Promise<Confirmed> {
  const { db, keyring } = stores;
  const [there] = await findSender(db, workspace);
  if (there === undefined || there.confirmedAt !== null) return { ok: false, why: 'nothing' };
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  if (codeLasts(there, now) <= 0) return { ok: false, why: 'lapsed' };
  if (!(await countBoth(stores, there, now))) return { ok: false, why: 'locked' };
  if (!(await isSenderCode(keyring, there, code))) return { ok: false, why: 'wrong' };
  const sender = await markConfirmed(db, there, member, now);
  return sender === null ? { ok: false, why: 'lapsed' } : { ok: true, sender };
}

async function markConfirmed(
  db: Db,
  there: Sender,
  member: MemberId,
  now: number,
): Promise<Sender | null> {
  const { workspaceId: workspace, address } = there;
  const detail = JSON.stringify({ address });
  const happening = { kind: 'sender_confirmed', workspace, member, detail } as const;
  // another code may have been asked for, or another address entered, since
  const isOpen = and(
    isThis(there),
    eq(senders.askedAt, there.askedAt),
    isNull(senders.confirmedAt),
  );
  const [, [sender]] = await db.batch([
    recordIf(db, happening, senderIs(db, isOpen), now),
    db.update(senders).set({ confirmedAt: now }).where(isOpen).returning(),
  ]);
  return sender ?? null;
}

/** Another asking has a count of its own, another address as well: the workspace's goes on. */
async function countBoth({ db }: SenderStores, sender: Sender, now: number): Promise<boolean> {
  const { id, askedAt, workspaceId } = sender;
  const asking = await countTry(db, SENDER_CODES_PER_ASKING, `${id} ${askedAt}`, now);
  if (asking.length === 0) return false;
  const all = await countTry(db, SENDER_CODES_PER_WORKSPACE, workspaceId, now);
  return all.length > 0;
}
