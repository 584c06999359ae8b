import { and, eq, isNull, sql } from 'drizzle-orm';
import { sha256, sha256Hex } from '../crypto/hash.ts';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { logos, workspaces } from '../db/schema.ts';
import type { Picture } from './logo/picture.ts';

/** The words, colour and dates of a workspace. */
export type BrandWords = {
  name: string;
  accentColor: string;
  welcome: string;
  portalContact: string;
  language: string;
  timeZone: string;
};

/** What becomes of the logo: another picture, none, or null: it stays as it is. */
export type LogoChange = Picture | 'none' | null;

const WORDS = [
  ...(['name', 'accentColor', 'welcome'] as const),
  ...(['portalContact', 'language', 'timeZone'] as const),
];

/** What tells the words of a brand from others: the same ones have the same, always. */
export function brandVersion(brand: BrandWords): Promise<string> {
  return sha256(JSON.stringify(WORDS.map((word) => brand[word])));
}

/**
 * Saves the brand of a workspace; the logo that another one replaces is gone in the same transaction.
 * @param was as it was when it was decided what to save
 * @returns false when its words are others by now: then nothing was saved
 */
export async function saveBrand(
  db: Db,
  was: BrandWords & { id: WorkspaceId },
  words: BrandWords,
  logo: LogoChange,
  now: number,
): Promise<boolean> {
  // of two who save at once, the second is told
  const isStill = WORDS.map((word) => eq(workspaces[word], was[word]));
  const save = (shown: Partial<typeof workspaces.$inferInsert>) =>
    db
      .update(workspaces)
      .set({ ...words, ...shown })
      .where(and(eq(workspaces.id, was.id), ...isStill))
      .returning({ id: workspaces.id });
  if (logo === null) return (await save({})).length > 0;
  // in the same batch, and so of the one who did save
  const hashNow = db
    .select({ hash: workspaces.logoHash })
    .from(workspaces)
    .where(eq(workspaces.id, was.id));
  if (logo === 'none') {
    const [saved] = await db.batch([
      save({ logoHash: null, logoWidth: null, logoHeight: null }),
      db.delete(logos).where(and(eq(logos.workspaceId, was.id), isNull(hashNow))),
    ]);
    return saved.length > 0;
  }
  const { type, bytes, width, height } = logo;
  const row = { hash: await sha256Hex(bytes), type, bytes, createdAt: now };
  const [saved] = await db.batch([
    save({ logoHash: row.hash, logoWidth: width, logoHeight: height }),
    db
      .insert(logos)
      .select(
        sql`SELECT ${was.id}, ${row.hash}, ${type}, ${now}, ${sql.param(bytes, logos.bytes)}
            WHERE ${hashNow} = ${row.hash}`,
      )
      .onConflictDoUpdate({ target: logos.workspaceId, set: row }),
  ]);
  return saved.length > 0;
}
