import { and, inArray, lt, or } from 'drizzle-orm';
import type { ActivityKind } from '../activity/record.ts';
import { connect } from '../db/client.ts';
import { activity, magicLinks, mails, sessions, tries } from '../db/schema.ts';
import { days } from '../values/duration.ts';

/** A session that has ended or expired stays this long, so that a revoked client still gets a kind answer. */
const SESSIONS_KEPT = days(180);
/** Activity is kept for a year and a month; that a link was asked for, and who looked at it, no longer than a quarter. */
const ACTIVITY_KEPT = days(396);
const LINKS_KEPT = days(90);
const OF_LINKS: ActivityKind[] = ['link_sent', 'link_withheld', 'link_scanned', 'link_opened'];

/** Longer than the hour that caps count and the ten minutes that a code works. */
const SENT_LINKS_KEPT = days(1);

/** What became of a mail is of interest for as long as that it was asked for. */
const MAILS_KEPT = LINKS_KEPT;

/** Removes what has served its time. Each statement goes by an index; running it twice changes nothing. */
export async function sweep(binding: D1Database, now: number): Promise<void> {
  const db = connect(binding);
  await db.batch([
    db.delete(sessions).where(lt(sessions.expiresAt, now - SESSIONS_KEPT)),
    db.delete(mails).where(lt(mails.createdAt, now - MAILS_KEPT)),
    db.delete(magicLinks).where(lt(magicLinks.requestedAt, now - SENT_LINKS_KEPT)),
    db.delete(tries).where(lt(tries.resetsAt, now)),
    db
      .delete(activity)
      .where(
        or(
          lt(activity.at, now - ACTIVITY_KEPT),
          and(lt(activity.at, now - LINKS_KEPT), inArray(activity.kind, OF_LINKS)),
        ),
      ),
  ]);
}
