import { and, eq, exists, isNull, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../activity/actor.ts';
import { recordActivityIf } from '../activity/record.ts';
import { sha256, sha256Hex } from '../crypto/hash.ts';
import { batchByName } from '../db/batch.ts';
import type { Db } from '../db/client.ts';
import { type ActivityId, newId, type WorkspaceId } from '../db/ids.ts';
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

/** A brand that was saved. `contactChange`: what recorded that its portal contact is another; null if it is the same. */
export type SavedBrand = { contactChange: ActivityId | null };

/**
 * Saves the brand of a workspace. The replaced logo is deleted, and another portal contact recorded, in the same transaction.
 * @param before the words that the caller compared with
 * @returns null if the stored words are others by now; then nothing is saved
 */
export async function saveBrand(
  db: Db,
  actor: Actor,
  before: BrandBefore,
  words: BrandWords,
  logo: LogoChange,
  now: number,
): Promise<SavedBrand | null> {
  const contactChange = words.portalContact === before.portalContact ? null : newId<ActivityId>();
  const recorded =
    contactChange === null
      ? {}
      : { activity: recordContactChange(db, contactChange, actor, before, words, now) };
  const columns = { ...words, ...(await logoColumns(logo)) };
  const { saved } = await batchByName(db, {
    ...recorded,
    saved: updateBrand(db, before, columns),
    ...logoStatements(db, before.id, columns.logoHash ?? '', logo, now),
  });
  return saved.length === 0 ? null : { contactChange };
}

type BrandBefore = BrandWords & { id: WorkspaceId };

/** The statement that records another portal contact, if the update after it in the batch will be made. */
function recordContactChange(
  db: Db,
  id: ActivityId,
  actor: Actor,
  before: BrandBefore,
  { portalContact }: BrandWords,
  now: number,
) {
  const detail = { address: portalContact, instead: before.portalContact };
  const entry = {
    id,
    kind: 'portal_contact_changed',
    workspace: before.id,
    actor,
    detail,
  } as const;
  const unchanged = db.select({ id: workspaces.id }).from(workspaces).where(whereUnchanged(before));
  return recordActivityIf(db, entry, exists(unchanged), now);
}

async function logoColumns(logo: LogoChange) {
  if (logo === null) return {};
  if (logo === 'none') return NO_LOGO;
  const { width: logoWidth, height: logoHeight } = logo;
  return { logoHash: await sha256Hex(logo.bytes), logoWidth, logoHeight };
}

function logoStatements(
  db: Db,
  workspace: WorkspaceId,
  hash: string,
  logo: LogoChange,
  now: number,
) {
  if (logo === null) return {};
  return {
    logo: logo === 'none' ? deleteLogo(db, workspace) : storeLogo(db, workspace, hash, logo, now),
  };
}

const NO_LOGO = { logoHash: null, logoWidth: null, logoHeight: null };

/** Optimistic lock: of two who save at once, the second changes nothing and gets no row. */
function updateBrand(
  db: Db,
  before: BrandBefore,
  columns: Partial<typeof workspaces.$inferInsert>,
) {
  return db
    .update(workspaces)
    .set(columns)
    .where(whereUnchanged(before))
    .returning({ id: workspaces.id });
}

function whereUnchanged(before: BrandBefore): SQL | undefined {
  return and(
    eq(workspaces.id, before.id),
    ...WORDS.map((word) => eq(workspaces[word], before[word])),
  );
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
