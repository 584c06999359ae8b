import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { MemberId, WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { countTry, usedUp } from '../limits/limiter.ts';
import { SENDER_CODES_PER_ASKING, SENDER_CODES_PER_WORKSPACE } from '../limits/rules.ts';
import { parseCode } from '../sign-in/email-code.ts';
import { codeLasts, isSenderCode } from './code.ts';
import { addressBefore, givesWay, takingOver } from './promote.ts';
import {
  findSenders,
  isThis,
  type Sender,
  type SenderStores,
  senderIs,
  unconfirmedOf,
} from './store.ts';

/** `tookOver`: it is in the place of another now. `nothing`: there is no address that waits for a code. */
export type Confirmed =
  | { ok: true; sender: Sender; tookOver: boolean }
  | { ok: false; why: 'nothing' | 'malformed' | 'lapsed' | 'wrong' | 'locked' };

/**
 * The code of the mail, typed by a member. Counted in D1 before it is judged. A next address takes the place of the current
 * one in the same transaction, unless it is to send and mail leaves from that one: then it waits for its records.
 */
export async function confirmSender(
  stores: SenderStores,
  workspace: WorkspaceId,
  member: MemberId,
  typed: string,
  now: number,
): Promise<Confirmed> {
  const { db, keyring } = stores;
  const there = unconfirmedOf(await findSenders(db, workspace));
  if (there === undefined) return { ok: false, why: 'nothing' };
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  if (codeLasts(there, now) <= 0) return { ok: false, why: 'lapsed' };
  if (!(await countBoth(stores, there, now))) return { ok: false, why: 'locked' };
  if (!(await isSenderCode(keyring, there, code))) return { ok: false, why: 'wrong' };
  return markConfirmed(db, there, member, now);
}

async function markConfirmed(
  db: Db,
  there: Sender,
  member: MemberId,
  now: number,
): Promise<Confirmed> {
  const { workspaceId: workspace, address } = there;
  const current = givesWay(there);
  const instead = addressBefore(db, there, { current });
  const detail = sql`json_object('address', ${address}, 'instead', ${instead})`;
  const happening = { kind: 'sender_confirmed', workspace, member, detail } as const;
  // another code may have been asked for, or another address entered, since
  const isOpen = and(
    isThis(there),
    eq(senders.askedAt, there.askedAt),
    isNull(senders.confirmedAt),
  );
  const [, [sender], , moved] = await db.batch([
    recordIf(db, happening, senderIs(db, isOpen), now),
    db.update(senders).set({ confirmedAt: now }).where(isOpen).returning(),
    ...takingOver(db, there, { next: eq(senders.confirmedAt, now), current }),
  ]);
  if (sender === undefined) return { ok: false, why: 'lapsed' };
  return { ok: true, sender, tookOver: moved.length > 0 };
}

/** Why no code can be typed for a sender: it has run out, or too many were wrong, of this asking's or of the workspace's. */
export type Closed = { why: 'lapsed' | 'locked' } | { why: 'resting'; until: number };

/** Whether a code could be typed now, and if not, why. */
export async function codeClosed(db: Db, sender: Sender, now: number): Promise<Closed | null> {
  const [[asking], [all]] = await db.batch([
    usedUp(db, SENDER_CODES_PER_ASKING, askingOf(sender), now),
    usedUp(db, SENDER_CODES_PER_WORKSPACE, sender.workspaceId, now),
  ]);
  if (all !== undefined) return { why: 'resting', until: all.until };
  if (codeLasts(sender, now) <= 0) return { why: 'lapsed' };
  return asking === undefined ? null : { why: 'locked' };
}

function askingOf({ id, askedAt }: Sender): string {
  return `${id} ${askedAt}`;
}

/** Another asking has a count of its own, another address as well: the workspace's goes on. */
async function countBoth({ db }: SenderStores, sender: Sender, now: number): Promise<boolean> {
  const asking = await countTry(db, SENDER_CODES_PER_ASKING, askingOf(sender), now);
  if (asking.length === 0) return false;
  const all = await countTry(db, SENDER_CODES_PER_WORKSPACE, sender.workspaceId, now);
  return all.length > 0;
}
