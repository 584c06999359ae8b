import { and, eq, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import { sha256 } from '../crypto/hash.ts';
import { randomLabel } from '../crypto/random.ts';
import type { Db } from '../db/client.ts';
import type { MemberId, SessionId } from '../db/ids.ts';
import { sessions } from '../db/schema.ts';

/** What a browser is called: as it says itself, else at random. It says nothing of anybody, and opens nothing. */
export function browserName(cookie: string | undefined): string {
  return cookie !== undefined && NAME.test(cookie) ? cookie : randomLabel(16);
}

/** 128 bits, as `randomLabel` writes them. */
const NAME = /^[\w-]{22}$/;

/** A member's session that has just started, and the one that this browser had until now. */
export type SignedIn = { session: SessionId; member: MemberId; replaced: SessionId | null };

/**
 * Writes down in which browser a session is, and says whether its member has been signed in before, but never there.
 * One transaction, so that of two sign-ins at once in the same new browser one finds the other.
 *
 * What is kept is a hash of the browser's name together with the member: two members of one browser can't be told from
 * the rows. Not a keyed one, because the name is random itself, and a rotated key would make every browser a new one.
 */
export async function rememberBrowser(
  db: Db,
  { session, member, replaced }: SignedIn,
  name: string,
  now: number,
): Promise<boolean> {
  const browserHash = await sha256(`${name} ${member}`);
  const isKnown = or(eq(sessions.browserHash, browserHash), isNameless(replaced, now));
  const [, [found]] = await db.batch([
    db.update(sessions).set({ browserHash }).where(eq(sessions.id, session)),
    db
      .select({
        earlier: sql<number>`count(*) FILTER (WHERE ${lte(sessions.createdAt, now)})`,
        known: sql<number>`count(*) FILTER (WHERE ${isKnown})`,
      })
      .from(sessions)
      .where(and(eq(sessions.memberId, member), ne(sessions.id, session))),
  ]);
  return found !== undefined && found.earlier > 0 && found.known === 0;
}

/**
 * The session that this sign-in took the place of, if nobody wrote down its browser: it began before browsers had names.
 * Only one that was alive until this very moment: a stolen cookie of one that has ended since vouches for nothing.
 */
function isNameless(replaced: SessionId | null, now: number): SQL | undefined {
  if (replaced === null) return undefined;
  return and(eq(sessions.id, replaced), isNull(sessions.browserHash), eq(sessions.endedAt, now));
}
