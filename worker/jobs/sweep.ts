import { lt } from 'drizzle-orm';
import { KINDS } from '../activity/kinds.ts';
import { deleteOldActivity } from '../activity/record.ts';
import { connect } from '../db/client.ts';
import { magicLinks, mails, sessions, tries } from '../db/schema.ts';
import { days } from '../values/duration.ts';

/** A session stays this long after it has expired, so that a revoked client still gets a kind answer. */
const SESSIONS_KEPT = days(180);

/** A mail stays as long as the activity of the request for it (activity/kinds.ts). */
const MAILS_KEPT = KINDS.link_sent.keptFor;

/** Longer than the hour that limits count, and the ten minutes that a code works. */
const SENT_LINKS_KEPT = days(1);

/** Deletes what has been kept long enough. Each statement goes by an index; running it twice changes nothing. */
export async function sweep(binding: D1Database, now: number): Promise<void> {
  const db = connect(binding);
  await db.batch([
    db.delete(sessions).where(lt(sessions.expiresAt, now - SESSIONS_KEPT)),
    db.delete(mails).where(lt(mails.createdAt, now - MAILS_KEPT)),
    db.delete(magicLinks).where(lt(magicLinks.requestedAt, now - SENT_LINKS_KEPT)),
    db.delete(tries).where(lt(tries.resetsAt, now)),
    deleteOldActivity(db, now),
  ]);
}
