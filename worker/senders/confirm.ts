import { and, eq, isNull } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivityIf } from '../activity/record.ts';
import { parseCode } from '../crypto/code.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, newId, type WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { countTry, exhausted } from '../limits/limiter.ts';
import { SENDER_CODES_PER_REQUEST, SENDER_CODES_PER_WORKSPACE } from '../limits/rules.ts';
import { promote, replacedAddress, whereReplaceableBy } from './promote.ts';
import { codeTimeLeft, isSenderCode } from './sender-code.ts';
import {
  byId,
  findSenders,
  findUnconfirmed,
  type Sender,
  type SenderStores,
  senderExists,
} from './store.ts';

/** `promoted`: the sender replaced the current one. `activity`: what recorded it. `none-waiting`: no address waits for a code. */
export type ConfirmResult =
  | { ok: true; sender: Sender; promoted: boolean; activity: ActivityId }
  | { ok: false; why: 'none-waiting' | 'malformed' | 'lapsed' | 'wrong' | 'locked' };

/**
 * Confirms the unconfirmed sender by the code of its mail. Tries are counted before they are compared. A next sender
 * replaces the current one at once, unless it is to send and the current one is active: then its records come first.
 */
export async function confirmSender(
  stores: SenderStores,
  workspace: WorkspaceId,
  actor: Actor,
  typed: string,
  now: number,
): Promise<ConfirmResult> {
  const { db, keyring } = stores;
  const sender = findUnconfirmed(await findSenders(db, workspace));
  if (sender === undefined) return { ok: false, why: 'none-waiting' };
  const code = parseCode(typed);
  if (code === null) return { ok: false, why: 'malformed' };
  if (codeTimeLeft(sender, now) <= 0) return { ok: false, why: 'lapsed' };
  if (!(await countCodeTyped(db, sender, now))) return { ok: false, why: 'locked' };
  if (!(await isSenderCode(keyring, sender, code))) return { ok: false, why: 'wrong' };
  return markConfirmed(db, sender, actor, now);
}

async function markConfirmed(
  db: Db,
  sender: Sender,
  actor: Actor,
  now: number,
): Promise<ConfirmResult> {
  const { workspaceId: workspace, address, askedAt } = sender;
  const current = whereReplaceableBy(sender);
  const instead = replacedAddress(db, sender, { current });
  const detail = { address, instead };
  const activity = newId<ActivityId>();
  const entry = { id: activity, kind: 'sender_confirmed', workspace, actor, detail } as const;
  // since the code was judged, another code or address may have been asked for
  const where = and(byId(sender), eq(senders.askedAt, askedAt), isNull(senders.confirmedAt));
  const { confirmed, promoted } = await batchByName(db, {
    activity: recordActivityIf(db, entry, senderExists(db, where), now),
    confirmed: db.update(senders).set({ confirmedAt: now }).where(where).returning(),
    ...promote(db, sender, { next: eq(senders.confirmedAt, now), current }),
  });
  const [row] = confirmed;
  if (row === undefined) return { ok: false, why: 'lapsed' };
  return { ok: true, sender: row, promoted: promoted.length > 0, activity };
}

/** Why no code can be typed: it has expired, or too many were wrong, of this code or in the workspace (`paused`). */
export type CodeClosed = { why: 'lapsed' | 'locked' } | { why: 'paused'; until: number };

/** Why no code can be typed for a sender now; null if one can. */
export async function codeClosed(db: Db, sender: Sender, now: number): Promise<CodeClosed | null> {
  const [[request], [all]] = await db.batch([
    exhausted(db, SENDER_CODES_PER_REQUEST, codeSubject(sender), now),
    exhausted(db, SENDER_CODES_PER_WORKSPACE, sender.workspaceId, now),
  ]);
  if (all !== undefined) return { why: 'paused', until: all.until };
  if (codeTimeLeft(sender, now) <= 0) return { why: 'lapsed' };
  return request === undefined ? null : { why: 'locked' };
}

/** Each code has its own count: each address, and each time that a code is asked for. */
function codeSubject({ id, askedAt }: Sender): string {
  return `${id} ${askedAt}`;
}

/** Counts a typed code for itself and for the workspace. Returns false when one of the two limits is used up. */
async function countCodeTyped(db: Db, sender: Sender, now: number): Promise<boolean> {
  const ofCode = await countTry(db, SENDER_CODES_PER_REQUEST, codeSubject(sender), now);
  if (ofCode.length === 0) return false;
  const ofWorkspace = await countTry(db, SENDER_CODES_PER_WORKSPACE, sender.workspaceId, now);
  return ofWorkspace.length > 0;
}
