import { eq, sql } from 'drizzle-orm';
import { type ActivityId, type MailId, newId } from '../db/ids.ts';
import { activity } from '../db/schema.ts';
import type { Seen } from '../sessions/start.ts';
import { type LinkOrder, recordSent, type Stores } from '../sign-in/issue.ts';
import { insertOrdered } from './mails.ts';
import type { Order, SignInOrder } from './order.ts';

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
  const isAsked = sql`EXISTS ${db.select({ id: activity.id }).from(activity).where(eq(activity.id, asked))}`;
  const [recorded] = await db.batch([
    recordSent(db, asked, link, now),
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
