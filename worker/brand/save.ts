import { eq } from 'drizzle-orm';
import { sha256Hex } from '../crypto/hash.ts';
import type { Db } from '../db/client.ts';
import type { WorkspaceId } from '../db/ids.ts';
import { logos, workspaces } from '../db/schema.ts';
import type { Picture } from './picture.ts';

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

/** Saves the brand of a workspace; the logo that another one replaces is gone in the same transaction. */
export async function saveBrand(
  db: Db,
  workspace: WorkspaceId,
  words: BrandWords,
  logo: LogoChange,
  now: number,
): Promise<void> {
  if (logo === null) {
    await db.update(workspaces).set(words).where(eq(workspaces.id, workspace));
  } else if (logo === 'none') {
    await db.batch([
      db.delete(logos).where(eq(logos.workspaceId, workspace)),
      db
        .update(workspaces)
        .set({ ...words, logoHash: null, logoWidth: null, logoHeight: null })
        .where(eq(workspaces.id, workspace)),
    ]);
  } else {
    const { type, bytes, width, height } = logo;
    const row = { hash: await sha256Hex(bytes), type, bytes, createdAt: now };
    await db.batch([
      db
        .insert(logos)
        .values({ workspaceId: workspace, ...row })
        .onConflictDoUpdate({ target: logos.workspaceId, set: row }),
      db
        .update(workspaces)
        .set({ ...words, logoHash: row.hash, logoWidth: width, logoHeight: height })
        .where(eq(workspaces.id, workspace)),
    ]);
  }
}
