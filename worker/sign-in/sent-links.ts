import { and, count, eq, gt, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { accountColumns } from '../accounts/account.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { MailId } from '../db/ids.ts';
import { magicLinks, tries } from '../db/schema.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import type { Ceiling } from '../limits/mail-rules.ts';
import { countShares, sharesLeft, usedUp } from '../limits/shares.ts';
import type { LinkRequest } from './link-request.ts';
import type { LinkShares } from './link-shares.ts';

/**
 * The statement that stores a link that is sent, unless a share is used up: then it returns no row. Check and insert are
 * one statement, and `countSentLink` is in the same transaction, so parallel requests cannot exceed a share.
 */
export function insertSentLink(
  db: Db,
  mail: MailId,
  link: LinkRequest,
  shares: LinkShares,
  now: number,
) {
  const { account, addressKey, epoch, verifierHash } = link;
  const { workspace, contact, member } = accountColumns(account);
  return db
    .insert(magicLinks)
    .select(
      sql`SELECT ${mail}, ${workspace}, ${contact}, ${member}, ${addressKey}, ${epoch}, ${verifierHash}, ${now}, NULL
          WHERE ${sharesLeft(shares, now)}`,
    )
    .returning({ mail: magicLinks.mailId });
}

/** The statement that counts a link that was sent against its shares. Run it after `insertSentLink`, in its batch. */
export function countSentLink(db: Db, mail: MailId, shares: LinkShares, now: number) {
  return countShares(db, shares, linkWasSent(mail), now);
}

/** A condition: a link was sent with this mail. */
export function linkWasSent(mail: MailId): SQL {
  return sql`EXISTS (SELECT 1 FROM magic_links WHERE mail_id = ${mail})`;
}

/**
 * The statements that record that a link is not sent because a share is used up: a contact's in the activity, a member's for
 * `withheldFrom`. Once for each ceiling until it ends, and epoch of a contact. Run them before `insertSentLink`.
 */
export function recordLinkWithheld(db: Db, link: LinkRequest, shares: LinkShares, now: number) {
  const { account, addressKey, epoch } = link;
  if (account.kind === 'newcomer') return {};
  const { workspace, contact } = accountColumns(account);
  const subject = contact === null ? addressKey : `${addressKey} ${epoch}`;
  const ceiling = sql<Ceiling>`share.value ->> 'ceiling'`;
  const key = sql`${WITHHELD} || (${ceiling}) || ${`:${subject}`}`;
  const first = (columns: SQL) => usedUp(shares, columns, now);
  const isNews = sql`EXISTS (
    SELECT 1 FROM (${first(sql`${ceiling} AS ceiling, ${key} AS noted`)}) AS refused
    WHERE refused.ceiling <> 'page' AND NOT EXISTS (
      SELECT 1 FROM tries AS already WHERE already.key = refused.noted AND already.resets_at > ${now}
    )
  )`;
  const noted = db
    .insert(tries)
    .select(
      sql`SELECT * FROM (${first(sql`${key}, 1, tries.resets_at, NULL`)}) AS refused WHERE ${isNews}`,
    )
    .onConflictDoUpdate({ target: tries.key, set: { resetsAt: sql`excluded.resets_at` } });
  if (contact === null) return { noted };
  const until = sql<number>`(${first(sql`tries.resets_at`)})`;
  const detail = { until, epoch, ceiling: sql<Ceiling>`(${first(ceiling)})` };
  const entry = { kind: 'link_withheld', workspace, contact, detail } as const;
  return { withheld: recordActivityIf(db, entry, isNews, now), noted };
}

/** The statement that reads by which ceiling a link is refused now, and until when; no row if it is not. */
export function refusedBy(db: Db, shares: LinkShares, now: number) {
  const columns = sql`share.value ->> 'ceiling' AS ceiling, tries.resets_at AS until`;
  return db
    .select({ ceiling: sql<Ceiling>`refused.ceiling`, until: sql<number>`refused.until` })
    .from(sql`(${usedUp(shares, columns, now)}) AS refused`);
}

/**
 * The ways in which a link can be mailed now, and always the last one, which records why it cannot. A way that is used up
 * is only read, so that who asks and asks costs few writes.
 */
export async function openWays(db: Db, ways: LinkShares[], now: number): Promise<LinkShares[]> {
  const [first, ...others] = ways.slice(0, -1).map((shares) => refusedBy(db, shares, now));
  if (first === undefined) return ways;
  const refused = await db.batch([first, ...others]);
  return ways.filter((shares, at) => shares === ways.at(-1) || refused[at]?.length === 0);
}

const WITHHELD = 'links/withheld/';

/** The ceilings that a stranger reaches in somebody's name. */
const BY_STRANGERS: Ceiling[] = ['network-mailbox', 'mailbox'];

/** The statement that reads until when links to a member's address are withheld from strangers; a row for each ceiling. */
export function withheldFrom(db: Db, addressKey: string, now: number) {
  const keys = BY_STRANGERS.map((ceiling) => `${WITHHELD}${ceiling}:${addressKey}`);
  return db
    .select({ until: tries.resetsAt })
    .from(tries)
    .where(and(inArray(tries.key, keys), gt(tries.resetsAt, now)));
}

/** The statement that lists the epochs of links sent to a browser within LINK_LIFETIME. A code needs one of them. */
export function epochsSentTo(
  db: Db,
  { verifierHash, addressKey }: { verifierHash: string; addressKey: string },
  now: number,
) {
  return db
    .select({ epoch: magicLinks.linkEpoch })
    .from(magicLinks)
    .where(
      and(
        eq(magicLinks.addressKey, addressKey),
        gt(magicLinks.requestedAt, now - LINK_LIFETIME),
        eq(magicLinks.verifierHash, verifierHash),
      ),
    );
}

/**
 * How many mails before this one carry the same code: sent to the same browser, for the same address, in the same epoch. Of two
 * that were asked for in one millisecond, one counts as the earlier.
 */
export async function countSentBefore(
  db: Db,
  { addressKey, verifierHash, epoch }: LinkRequest,
  { mail, at }: { mail: MailId; at: number },
): Promise<number> {
  const { requestedAt, mailId } = magicLinks;
  const [found] = await db
    .select({ before: count() })
    .from(magicLinks)
    .where(
      and(
        eq(magicLinks.addressKey, addressKey),
        or(lt(requestedAt, at), and(eq(requestedAt, at), lt(mailId, mail))),
        eq(magicLinks.verifierHash, verifierHash),
        eq(magicLinks.linkEpoch, epoch),
      ),
    );
  return found?.before ?? 0;
}
