import { and, isNull } from 'drizzle-orm';
import { hex, mac } from '../crypto/hash.ts';
import type { MemberId, WorkspaceId } from '../db/ids.ts';
import { senders } from '../db/schema.ts';
import { countTry } from '../limits/limiter.ts';
import {
  SENDER_MAILS_PER_ADDRESS,
  SENDER_MAILS_PER_MEMBER,
  SENDER_MAILS_PER_WORKSPACE,
} from '../limits/rules.ts';
import { type Email, storedEmail } from '../values/email-address.ts';
import { countedMailboxOf } from '../values/mailbox.ts';
import { byId, findSenders, findUnconfirmed, type Sender, type SenderStores } from './store.ts';

/** The member who asks for a code, and the workspace. Mailed codes are counted for both. */
export type CodeRequester = { workspace: WorkspaceId; member: MemberId };

/** The sender whose code is to be mailed now. `none-waiting`: no address needs a code. */
export type CodeRequested =
  | { ok: true; sender: Sender }
  | { ok: false; why: 'none-waiting' }
  | CodeMailRefusal;

/** No code is mailed, because a limit is used up. */
export type CodeMailRefusal = { ok: false; why: 'too-many'; limit: CodeMailLimit };

/** Which of the limits SENDER_MAILS_PER_… is used up. */
export type CodeMailLimit = 'workspace' | 'member' | 'address';

/** Makes another code for the unconfirmed sender. The code before stops working. */
export async function requestSenderCode(
  stores: SenderStores,
  requester: CodeRequester,
  now: number,
): Promise<CodeRequested> {
  const { db } = stores;
  const unconfirmed = findUnconfirmed(await findSenders(db, requester.workspace));
  if (unconfirmed === undefined) return { ok: false, why: 'none-waiting' };
  const limit = await countCodeMail(stores, requester, storedEmail(unconfirmed.address), now);
  if (limit !== null) return { ok: false, why: 'too-many', limit };
  const [sender] = await db
    .update(senders)
    .set({ askedAt: now })
    .where(and(byId(unconfirmed), isNull(senders.confirmedAt)))
    .returning();
  return sender === undefined ? { ok: false, why: 'none-waiting' } : { ok: true, sender };
}

/**
 * Counts a code to be mailed. Returns the limit that is used up, or null. Attack: a member beyond their own limit no
 * longer counts against the address, so one member cannot lock many addresses.
 */
export async function countCodeMail(
  { db, keyring }: SenderStores,
  { workspace, member }: CodeRequester,
  email: Email,
  now: number,
): Promise<CodeMailLimit | null> {
  const ofWorkspace = await countTry(db, SENDER_MAILS_PER_WORKSPACE, workspace, now);
  if (ofWorkspace.length === 0) return 'workspace';
  const ofMember = await countTry(db, SENDER_MAILS_PER_MEMBER, member, now);
  if (ofMember.length === 0) return 'member';
  const mailbox = hex(await mac(keyring.current.mac, 'sender address', countedMailboxOf(email)));
  const ofAddress = await countTry(db, SENDER_MAILS_PER_ADDRESS, mailbox, now);
  return ofAddress.length > 0 ? null : 'address';
}
