import { and, eq, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import { sha256 } from '../crypto/hash.ts';
import { randomLabel } from '../crypto/random.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import type { MemberId, SessionId } from '../db/ids.ts';
import { sessions } from '../db/schema.ts';

/** The name of a browser: the one in its cookie, else a new random one. It is no credential. */
export function browserName(cookie: string | undefined): string {
  return cookie !== undefined && NAME.test(cookie) ? cookie : randomLabel(16);
}

/** 128 bits, as `randomLabel` writes them. */
const NAME = /^[\w-]{22}$/;

/** A member's session that has just started, and the session that this browser had before. */
export type SignedIn = { session: SessionId; member: MemberId; replaced: SessionId | null };

/**
 * Records which browser a session is in. Returns true when the member has signed in before, but never in this browser; false
 * for a session that had a browser already, because it was given again (lost.ts). One transaction, so of two parallel
 * sign-ins in the same new browser one finds the other.
 */
export async function rememberBrowser(
  db: Db,
  { session, member, replaced }: SignedIn,
  name: string,
  now: number,
): Promise<boolean> {
  // Hashed with the member, so rows do not show that two members share a browser. Not keyed: the name is random, and
  // a rotated key would make every browser a new one.
  const browserHash = await sha256(`${name} ${member}`);
  const inThisBrowser = or(eq(sessions.browserHash, browserHash), replacedUnnamed(replaced, now));
  const { before, counts } = await batchByName(db, {
    before: db
      .select({ browserHash: sessions.browserHash })
      .from(sessions)
      .where(eq(sessions.id, session)),
    saved: db.update(sessions).set({ browserHash }).where(eq(sessions.id, session)),
    counts: db
      .select({
        earlier: sql<number>`count(*) FILTER (WHERE ${lte(sessions.createdAt, now)})`,
        known: sql<number>`count(*) FILTER (WHERE ${inThisBrowser})`,
      })
      .from(sessions)
      .where(and(eq(sessions.memberId, member), ne(sessions.id, session))),
  });
  const isFirst = before.every((row) => row.browserHash === null);
  return isFirst && counts.some(({ earlier, known }) => earlier > 0 && known === 0);
}

/**
 * A condition for the session that this sign-in replaced, if it started before browsers had names. Attack: a stolen
 * cookie of a session that ended earlier proves nothing, so it must have ended at this very moment.
 */
function replacedUnnamed(replaced: SessionId | null, now: number): SQL | undefined {
  if (replaced === null) return undefined;
  return and(eq(sessions.id, replaced), isNull(sessions.browserHash), eq(sessions.endedAt, now));
}
