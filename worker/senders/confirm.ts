import { and, eq, isNull } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivityIf } from '../activity/record.ts';
import { parseCode } from '../crypto/code.ts';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { countTry, exhausted } from '../limits/limiter.ts';
import { SENDER_CODES_PER_REQUEST, SENDER_CODES_PER_WORKSPACE } from '../limits/rules.ts';
import { promote, replaceableAtOnce, replacedAddress } from './promote.ts';
import { codeTimeLeft, isSenderCode } from './sender-code.ts';
import {
  byId,
  findSenders,
  findUnconfirmed,
  type Sender,
  type SenderStores,
  senderExists,
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
  actor: Actor,
  typed: string,
  now: number,
): Promise<Confirmed> {
  const { db, keyring } = stores;
  const there = findUnconfirmed(await findSenders(db, workspace));
  if (there === undefined) return { ok: false, why: 'nothing' };
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  if (codeTimeLeft(there, now) <= 0) return { ok: false, why: 'lapsed' };
  if (!(await countBoth(stores, there, now))) return { ok: false, why: 'locked' };
  if (!(await isSenderCode(keyring, there, code))) return { ok: false, why: 'wrong' };
  return markConfirmed(db, there, actor, now);
}

async function markConfirmed(db: Db, there: Sender, actor: Actor, now: number): Promise<Confirmed> {
  const { workspaceId: workspace, address } = there;
  const current = replaceableAtOnce(there);
  const instead = replacedAddress(db, there, { current });
  const detail = { address, instead };
  const entry = { kind: 'sender_confirmed', workspace, actor, detail } as const;
  // another code may have been asked for, or another address entered, since
  const isOpen = and(byId(there), eq(senders.askedAt, there.askedAt), isNull(senders.confirmedAt));
  const [, [sender], , moved] = await db.batch([
    recordActivityIf(db, entry, senderExists(db, isOpen), now),
    db.update(senders).set({ confirmedAt: now }).where(isOpen).returning(),
    ...promote(db, there, { next: eq(senders.confirmedAt, now), current }),
  ]);
  if (sender === undefined) return { ok: false, why: 'lapsed' };
  return { ok: true, sender, tookOver: moved.length > 0 };
}

/** Why no code can be typed for a sender: it has run out, or too many were wrong, of this asking's or of the workspace's. */
export type CodeClosed = { why: 'lapsed' | 'locked' } | { why: 'paused'; until: number };

/** Whether a code could be typed now, and if not, why. */
export async function codeClosed(db: Db, sender: Sender, now: number): Promise<CodeClosed | null> {
  const [[request], [all]] = await db.batch([
    exhausted(db, SENDER_CODES_PER_REQUEST, askingOf(sender), now),
    exhausted(db, SENDER_CODES_PER_WORKSPACE, sender.workspaceId, now),
  ]);
  if (all !== undefined) return { why: 'paused', until: all.until };
  if (codeTimeLeft(sender, now) <= 0) return { why: 'lapsed' };
  return request === undefined ? null : { why: 'locked' };
}

function askingOf({ id, askedAt }: Sender): string {
  return `${id} ${askedAt}`;
}

/** Another asking has a count of its own, another address as well: the workspace's goes on. */
async function countBoth({ db }: SenderStores, sender: Sender, now: number): Promise<boolean> {
  const request = await countTry(db, SENDER_CODES_PER_REQUEST, askingOf(sender), now);
  if (request.length === 0) return false;
  const all = await countTry(db, SENDER_CODES_PER_WORKSPACE, sender.workspaceId, now);
  return all.length > 0;
}
