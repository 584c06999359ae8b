import { JPG } from 'image-size/types/jpg';
import { PNG } from 'image-size/types/png';
import { WEBP } from 'image-size/types/webp';
import type { logos } from '../../db/schema.ts';
import { stripJpeg, stripPng, stripWebp } from './strip.ts';

/** A picture as it will be shown: drawn parts only, and as large as they say. */
export type Picture = {
  type: (typeof logos.$inferSelect)['type'];
  bytes: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
};

/**
 * Why a file can't be a logo. `empty`: no bytes. `drawing`: SVG. `foreign`: none of our formats. `broken`: damaged, moving, or
 * only made to look like one. `turned`: meant to be shown turned, which mail programs don't do.
 */
export type PictureFault = 'empty' | 'heavy' | 'drawing' | 'foreign' | 'broken' | 'turned' | 'size';

/** The most a logo weighs. Sharp at four times its size on a page, and a mail program loads it at once. */
export const LOGO_BYTES = 256 * 1024;
export const LOGO_SIDE_MIN = 32;
/** A picture of a few kilobytes can unfold to gigabytes: no more than this each way. */
export const LOGO_SIDE_MAX = 2000;

const FORMATS = [
  { type: 'image/png', format: PNG, strip: stripPng },
  { type: 'image/jpeg', format: JPG, strip: stripJpeg },
  { type: 'image/webp', format: WEBP, strip: stripWebp },
] as const;

type Read = { ok: true; picture: Picture } | { ok: false; why: PictureFault };

/** Reads a file as a picture, by what is in it: its name and the type it was sent with say nothing. */
export function readPicture(file: Uint8Array): Read {
  if (file.length === 0) return { ok: false, why: 'empty' };
  if (file.length > LOGO_BYTES) return { ok: false, why: 'heavy' };
  try {
    const known = FORMATS.find(({ format }) => format.validate(file));
    if (known === undefined) return { ok: false, why: isDrawing(file) ? 'drawing' : 'foreign' };
    const { orientation = 1 } = known.format.calculate(file);
    if (orientation !== 1) return { ok: false, why: 'turned' };
    const bytes = known.strip(file);
    if (bytes === null) return { ok: false, why: 'broken' };
    // asked of what is kept: a part that was dropped could have claimed another size
    const { width, height } = known.format.calculate(bytes);
    if (!isSide(width) || !isSide(height)) return { ok: false, why: 'size' };
    return { ok: true, picture: { type: known.type, bytes, width, height } };
  } catch {
    // both readers throw at the end of a file that is too short
    return { ok: false, why: 'broken' };
  }
}

function isSide(pixels: number): boolean {
  return pixels >= LOGO_SIDE_MIN && pixels <= LOGO_SIDE_MAX;
}

function isDrawing(file: Uint8Array): boolean {
  return /<svg[\s>]/i.test(new TextDecoder().decode(file.subarray(0, 4096)));
}
