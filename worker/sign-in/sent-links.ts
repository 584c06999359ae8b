import { and, count, eq, gt, lt, or, type SQL, sql } from 'drizzle-orm';
import { accountColumns } from '../accounts/account.ts';
import { recordActivityIf } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import type { MailId } from '../db/ids.ts';
import { magicLinks } from '../db/schema.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import { MAILS_PER_ADDRESS } from '../limits/rules.ts';
import type { LinkRequest } from './link-request.ts';

/**
 * The statement that stores a link that is sent, unless the address has had MAILS_PER_ADDRESS: then it returns no row.
 * Check and insert are one statement, so parallel requests cannot exceed the limit.
 */
export function insertSentLink(db: Db, mail: MailId, link: LinkRequest, now: number) {
  const { account, addressKey, epoch, verifierHash } = link;
  const { workspace, contact, member } = accountColumns(account);
  const { most, window } = MAILS_PER_ADDRESS;
  return db
    .insert(magicLinks)
    .select(
      sql`SELECT ${mail}, ${workspace}, ${contact}, ${member}, ${addressKey}, ${epoch}, ${verifierHash}, ${now}, NULL
          WHERE (
            SELECT count(*) FROM magic_links
            WHERE address_key = ${addressKey} AND requested_at > ${now - window}
          ) < ${most}`,
    )
    .returning({ mail: magicLinks.mailId });
}

/** A condition: a link was sent with this mail. */
export function linkWasSent(mail: MailId): SQL {
  return sql`EXISTS (SELECT 1 FROM magic_links WHERE mail_id = ${mail})`;
}

/**
 * The statements that record that a contact's link is not sent because MAILS_PER_ADDRESS is used up. They record this
 * once per limit window and epoch. Run them before `insertSentLink`.
 */
export function recordLinkWithheld(db: Db, link: LinkRequest, now: number) {
  const { account, addressKey, epoch } = link;
  const { workspace, contact } = accountColumns(account);
  const { most, window } = MAILS_PER_ADDRESS;
  // the oldest link that counts: when it is older than the window, the next link may be sent
  const counted = sql`SELECT mail_id FROM magic_links
    WHERE address_key = ${addressKey} AND requested_at > ${now - window}
    ORDER BY requested_at DESC LIMIT 1 OFFSET ${most - 1}`;
  const unrecorded = sql`mail_id = (${counted}) AND withheld_epoch IS NOT ${epoch} AND ${contact} IS NOT NULL`;
  const until = sql`(SELECT requested_at + ${window} FROM magic_links WHERE mail_id = (${counted}))`;
  const detail = { until, epoch };
  const entry = { kind: 'link_withheld', workspace, contact, detail } as const;
  return [
    recordActivityIf(db, entry, sql`EXISTS (SELECT 1 FROM magic_links WHERE ${unrecorded})`, now),
    db.update(magicLinks).set({ withheldEpoch: epoch }).where(unrecorded),
  ] as const;
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
