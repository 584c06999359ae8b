import { sql } from 'drizzle-orm';
import type { ActivityKind } from '../activity/record.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, type MailId, newId } from '../db/ids.ts';
import { activity } from '../db/schema.ts';

/** Something that happened to a mail, or to the link in it. */
export type OfMail = { mail: MailId; kind: ActivityKind; at: number; detail: string };

/**
 * The statement that records what happened to contacts' mails, to samples and to codes for senders: each kind once for each
 * mail, whatever comes again and however many at once. Whose it is, is read from the mail's own row; of a sample or a code it
 * is its member's alone, and no news of a workspace's. What happened to any other mail is left out.
 */
export function recordOfMails(db: Db, happened: OfMail[]) {
  const rows = happened.map((one) => ({ id: newId<ActivityId>(), ...one }));
  return db
    .insert(activity)
    .select(
      sql`SELECT news.value ->> 'id', news.value ->> 'at', news.value ->> 'kind',
            mails.workspace_id, mails.contact_id, mails.member_id, news.value ->> 'detail', mails.id
          FROM json_each(${JSON.stringify(rows)}) AS news CROSS JOIN mails
          WHERE mails.id = news.value ->> 'mail'
            AND (mails.contact_id IS NOT NULL OR mails.about IS NOT NULL)`,
    )
    .onConflictDoNothing();
}
