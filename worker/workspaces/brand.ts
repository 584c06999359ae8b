import { and, eq, isNull, sql } from 'drizzle-orm';
import { sha256, sha256Hex } from '../crypto/hash.ts';
import { batchByName } from '../db/batch.ts';
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

/** What becomes of the logo: another picture, none, or null, which leaves it as it is. */
export type LogoChange = Picture | 'none' | null;

const WORDS = [
  'name',
  'accentColor',
  'welcome',
  'portalContact',
  'language',
  'timeZone',
] as const satisfies (keyof BrandWords)[];

/** A hash of a brand's words, to compare them by. */
export function brandVersion(brand: BrandWords): Promise<string> {
  return sha256(JSON.stringify(WORDS.map((word) => brand[word])));
}

/**
 * Saves the brand of a workspace. The replaced logo is deleted in the same transaction.
 * @param before the words that the caller compared with
 * @returns false if the stored words are others by now; then nothing is saved
 */
export async function saveBrand(
  db: Db,
  before: BrandWords & { id: WorkspaceId },
  words: BrandWords,
  logo: LogoChange,
  now: number,
): Promise<boolean> {
  if (logo === null) return (await updateBrand(db, before, words)).length > 0;
  if (logo === 'none') {
    const { saved } = await batchByName(db, {
      saved: updateBrand(db, before, { ...words, ...NO_LOGO }),
      deleted: deleteLogo(db, before.id),
    });
    return saved.length > 0;
  }
  const { width: logoWidth, height: logoHeight } = logo;
  const logoHash = await sha256Hex(logo.bytes);
  const { saved } = await batchByName(db, {
    saved: updateBrand(db, before, { ...words, logoHash, logoWidth, logoHeight }),
    stored: storeLogo(db, before.id, logoHash, logo, now),
  });
  return saved.length > 0;
}

const NO_LOGO = { logoHash: null, logoWidth: null, logoHeight: null };

/** Optimistic lock: of two who save at once, the second changes nothing and gets no row. */
function updateBrand(
  db: Db,
  before: BrandWords & { id: WorkspaceId },
  columns: Partial<typeof workspaces.$inferInsert>,
) {
  const whereUnchanged = WORDS.map((word) => eq(workspaces[word], before[word]));
  return db
    .update(workspaces)
    .set(columns)
    .where(and(eq(workspaces.id, before.id), ...whereUnchanged))
    .returning({ id: workspaces.id });
}

/** Deletes the logo if the update before it in the batch was made. */
function deleteLogo(db: Db, workspace: WorkspaceId) {
  const storedHash = logoHashOf(db, workspace);
  return db.delete(logos).where(and(eq(logos.workspaceId, workspace), isNull(storedHash)));
}

/** Stores the logo if the update before it in the batch was made. */
function storeLogo(
  db: Db,
  workspace: WorkspaceId,
  hash: string,
  { type, bytes }: Picture,
  now: number,
) {
  const storedHash = logoHashOf(db, workspace);
  return db
    .insert(logos)
    .select(
      sql`SELECT ${workspace}, ${hash}, ${type}, ${now}, ${sql.param(bytes, logos.bytes)}
          WHERE ${storedHash} = ${hash}`,
    )
    .onConflictDoUpdate({
      target: logos.workspaceId,
      set: { hash, type, bytes, createdAt: now },
    });
}

function logoHashOf(db: Db, workspace: WorkspaceId) {
  return db
    .select({ hash: workspaces.logoHash })
    .from(workspaces)
    .where(eq(workspaces.id, workspace));
}
