import { and, eq, exists, isNotNull, isNull, lte, notInArray, or, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { type ActivityId, type MailId, newId, type WorkspaceId } from '../db/ids.ts';
import { activity, mails, senders } from '../db/schema.ts';
import { SENDER_TOLD_EVERY } from '../limits/rules.ts';
import { isThis, type Sender, senderIs } from '../senders/store.ts';
import type { Seen } from '../sessions/start.ts';
import { type LinkOrder, recordSent, recordWithheld, type Stores } from '../sign-in/issue.ts';
import { findOwner } from '../workspaces/members.ts';
import type { Order, SenderBrokenOrder, SignInOrder } from './jobs.ts';
import { insertOrdered } from './mails.ts';

/**
 * Orders the mail of a link, in one transaction with recording that it was asked for; null when the address has had
 * its share of mails.
 */
export async function orderLink(
  { db }: Stores,
  link: LinkOrder,
  seen: Seen,
  now: number,
): Promise<SignInOrder | null> {
  const order: SignInOrder = { kind: 'sign-in', mail: newId<MailId>(), at: now, seen, link };
  const asked = newId<ActivityId>();
  const isAsked = exists(
    db.select({ id: activity.id }).from(activity).where(eq(activity.id, asked)),
  );
  const [, recorded] = await db.batch([
    recordWithheld(db, link, now),
    recordSent(db, { id: asked, mail: order.mail }, link, now),
    insertOrdered(db, order, isAsked),
  ]);
  return recorded.length === 0 ? null : order;
}

/** Any other mail, before it is ordered. */
type Wanted = Unordered<Exclude<Order, SignInOrder>>;
type Unordered<Of> = Of extends Order ? Omit<Of, 'mail' | 'at'> : never;

/** Orders any mail but that of a link. */
export async function orderMail(
  { db }: Pick<Stores, 'db'>,
  wanted: Wanted,
  now: number,
): Promise<Order> {
  const order = { ...wanted, mail: newId<MailId>(), at: now };
  await insertOrdered(db, order, sql`true`);
  return order;
}

/**
 * Orders the notice that a sender broke, for the workspace's owner; null when they were told within a day, or it has been
 * put right meanwhile. That they are told and the order are one transaction: of any number who notice, one mails.
 */
export async function orderBrokenNotice(
  db: Db,
  sender: Sender,
  now: number,
): Promise<SenderBrokenOrder | null> {
  const { id, workspaceId: workspace } = sender;
  const owner = await findOwner(db, workspace);
  if (owner === null) return null;
  const order: SenderBrokenOrder = {
    kind: 'sender-broken',
    ...{ mail: newId<MailId>(), at: now, workspace, sender: id },
    account: { kind: 'member', id: owner.id },
  };
  const isDue = and(
    isThis(sender),
    isNotNull(senders.brokenAt),
    or(isNull(senders.toldAt), lte(senders.toldAt, now - SENDER_TOLD_EVERY)),
  );
  const [, told] = await db.batch([
    insertOrdered(db, order, senderIs(db, isDue)),
    db.update(senders).set({ toldAt: now }).where(isDue).returning({ id: senders.id }),
  ]);
  return told.length > 0 ? order : null;
}

/**
 * Whether the notice of `toldAt` never left: refused, given up, or lost with a Worker that was cut off. To be asked a day
 * after it, when no try of it is to come.
 */
export async function isNoticeLost(
  db: Db,
  workspace: WorkspaceId,
  toldAt: number,
): Promise<boolean> {
  const owner = await findOwner(db, workspace);
  if (owner === null) return false;
  const isIt = and(
    eq(mails.createdAt, toldAt),
    eq(mails.memberId, owner.id),
    eq(mails.kind, 'sender-broken'),
  );
  const [lost] = await db
    .select({ id: mails.id })
    .from(mails)
    .where(and(isIt, notInArray(mails.state, ['accepted', 'dropped'])));
  return lost !== undefined;
}
