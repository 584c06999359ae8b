import { JPG } from 'image-size/types/jpg';
import { PNG } from 'image-size/types/png';
import { WEBP } from 'image-size/types/webp';
import type { logos } from '../../db/schema.ts';
import { stripJpeg, stripPng, stripWebp } from './strip.ts';

/** A picture as it is shown: only the parts that draw it, and the size that they give, in pixels. */
export type Picture = {
  type: (typeof logos.$inferSelect)['type'];
  bytes: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
};

/**
 * Why a file cannot be a logo. `empty`: no bytes. `unsupported`: no format of FORMATS. `damaged`: damaged, animated, or
 * no picture behind its first bytes. `rotated`: its EXIF asks for a rotation, which mail programs ignore.
 */
export type PictureFault =
  | 'empty'
  | 'too-large'
  | 'svg'
  | 'unsupported'
  | 'damaged'
  | 'rotated'
  | 'wrong-dimensions';

/** The most bytes of a logo. It is sharp at four times its size on a page, and a mail program loads it at once. */
export const LOGO_BYTES = 256 * 1024;
/** The least and the most pixels of each side. Attack: a file of a few kilobytes can decode to gigabytes. */
export const LOGO_SIDE_MIN = 32;
export const LOGO_SIDE_MAX = 2000;

const FORMATS = [
  { type: 'image/png', format: PNG, strip: stripPng },
  { type: 'image/jpeg', format: JPG, strip: stripJpeg },
  { type: 'image/webp', format: WEBP, strip: stripWebp },
] as const;

type PictureResult = { ok: true; picture: Picture } | { ok: false; why: PictureFault };

/** Reads a file as a picture, by its bytes. Its name and the type that the browser sent are not trusted. */
export function readPicture(file: Uint8Array): PictureResult {
  if (file.length === 0) return { ok: false, why: 'empty' };
  if (file.length > LOGO_BYTES) return { ok: false, why: 'too-large' };
  try {
    const found = FORMATS.find(({ format }) => format.validate(file));
    if (found === undefined) return { ok: false, why: isSvg(file) ? 'svg' : 'unsupported' };
    const { orientation = 1 } = found.format.calculate(file);
    if (orientation !== 1) return { ok: false, why: 'rotated' };
    const stripped = found.strip(file);
    if (stripped === null) return { ok: false, why: 'damaged' };
    // attack row 41: the size is that of the parts that are kept, and no other program may read another one
    const { bytes, width, height } = stripped;
    const read = found.format.calculate(bytes);
    if (read.width !== width || read.height !== height) return { ok: false, why: 'damaged' };
    if (!isSide(width) || !isSide(height)) return { ok: false, why: 'wrong-dimensions' };
    return { ok: true, picture: { type: found.type, bytes, width, height } };
  } catch {
    // the readers and the strippers throw at the end of a file that is too short
    return { ok: false, why: 'damaged' };
  }
}

function isSide(pixels: number): boolean {
  return pixels >= LOGO_SIDE_MIN && pixels <= LOGO_SIDE_MAX;
}

function isSvg(file: Uint8Array): boolean {
  return /<svg[\s>]/i.test(new TextDecoder().decode(file.subarray(0, 4096)));
}
