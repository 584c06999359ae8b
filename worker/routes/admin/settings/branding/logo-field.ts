import type { Upload } from '../../../../http/upload.ts';
import type { LogoChange } from '../../../../workspaces/brand.ts';
import {
  LOGO_BYTES,
  LOGO_SIDE_MAX,
  LOGO_SIDE_MIN,
  type PictureFault,
  readPicture,
} from '../../../../workspaces/logo/picture.ts';

export type LogoRead = { ok: true; change: LogoChange } | { ok: false; why: PictureFault };

/** Reads the chosen picture. A browser sends an empty file without a name if none was chosen. */
export async function readLogo({ files, cut }: Upload): Promise<LogoRead> {
  if (cut) return { ok: false, why: 'too-large' };
  const [file] = files.filter(({ name, size }) => name !== '' || size > 0);
  if (file === undefined) return { ok: true, change: null };
  const read = readPicture(new Uint8Array(await file.arrayBuffer()));
  return read.ok ? { ok: true, change: read.picture } : read;
}

/** The message beside the logo field of a form that comes back: a browser keeps what was typed, but no file. */
export function logoError(read: LogoRead): string | undefined {
  if (!read.ok) return LOGO_REFUSED[read.why];
  return read.change === null ? undefined : CHOOSE_AGAIN;
}

const KILOBYTES = LOGO_BYTES / 1024;

const CHOOSE_AGAIN = 'Choose the logo once more: the browser could not keep it.';

const LOGO_REFUSED: Record<PictureFault, string> = {
  'too-large': `That file is larger than ${KILOBYTES} KB. Save the logo smaller, or as WebP, and choose it again.`,
  empty: 'That file is empty. Save the logo once more and choose it again.',
  svg: 'An SVG can carry scripts, so it can’t be a logo here. Export it as PNG and choose that.',
  unsupported: 'That is not a PNG, JPEG or WebP. Save the logo as one of them and choose it again.',
  damaged: 'That picture is damaged, or moves. Save it once more as a still PNG and choose that.',
  rotated:
    'That photo lies on its side, and mails would show it so. Save it upright, or as PNG, and choose that.',
  'wrong-dimensions': `A logo has ${LOGO_SIDE_MIN} to ${LOGO_SIDE_MAX} pixels each way. Save it in that size and choose it again.`,
};
