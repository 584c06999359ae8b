import { describe, expect, test } from 'vitest';
import { owner } from '../../support/admin.ts';
import { dump, rows } from '../../support/database.ts';
import { errorAt } from '../../support/html.ts';
import { bytesOf, saveLogo, upload } from '../../support/logo.ts';
import {
  bytes,
  jpeg,
  jpegSegment,
  png,
  pngChunk,
  webp,
  webpChunk,
} from '../../support/pictures.ts';

// Attack row 41: a picture that two programs read differently. The part that is kept is the part that is measured.

type File = Uint8Array<ArrayBuffer>;

/** A JPEG's frame header of one component. */
function frame(side: number, marker = 0xc0): File {
  const [high, low] = [side >> 8, side & 0xff];
  return jpegSegment(marker, bytes([8, high, low, high, low, 1, 1, 0x11, 0]));
}

function header(side: number): File {
  return pngChunk(
    'IHDR',
    bytes([0, 0, side >> 8, side & 0xff, 0, 0, side >> 8, side & 0xff], [8, 0, 0, 0, 0]),
  );
}

/** A WebP of these chunks. */
function riff(...chunks: File[]): File {
  const body = bytes('WEBP', ...chunks);
  return bytes('RIFF', [body.length & 0xff, body.length >> 8, 0, 0], body);
}

function canvas(side: number): File {
  const less = [(side - 1) & 0xff, (side - 1) >> 8, 0];
  return webpChunk('VP8X', bytes([0, 0, 0, 0], less, less));
}

/** The chunk that draws the WebP of test/support/pictures.ts, 40 by 32. */
const DRAWN = webp().slice(12 + 18);
/** VP8L: a lossless picture of 40 by 32, without its pixels. */
const LOSSLESS = webpChunk('VP8L', bytes([0x2f, 39, 0xc0, 7, 0]));

/** A file with another one in place of the part at an offset. */
function patched(file: File, offset: number, part: number[]): File {
  const copy = file.slice();
  copy.set(part, offset);
  return copy;
}

/** Where a JPEG's own frame is. */
function frameAt(file: File): number {
  return file.findIndex((byte, at) => byte === 0xff && file[at + 1] === 0xc0);
}

describe('a picture that programs read differently: refused, and nothing is stored', () => {
  test.each<[string, () => File | Promise<File>]>([
    ['a JPEG with a large frame before its own', () => jpeg(frame(8000))],
    ['a JPEG with a small frame before its own', () => jpeg(frame(64))],
    ['a JPEG with the same frame twice', () => jpeg(frame(40))],
    ['a JPEG with a progressive frame before its own', () => jpeg(frame(8000, 0xc2))],
    ['a JPEG with a frame that browsers do not draw', () => jpeg(frame(64, 0xc3))],
    [
      'a JPEG with a large frame behind its scan',
      () => bytes(jpeg().slice(0, -2), frame(8000), [0xff, 0xd9]),
    ],
    ['a JPEG whose frame has a wrong length', () => patched(jpeg(), frameAt(jpeg()) + 9, [9])],
    ['a JPEG with another start inside', () => jpeg(bytes([0xff, 0xd8, 0, 2]))],
    ['a PNG with a large header behind its own', () => png({ chunks: [header(8000)] })],
    ['a PNG with a small header behind its own', () => png({ chunks: [header(64)] })],
    [
      'a PNG with another chunk in front of its header',
      async () =>
        bytes((await png()).slice(0, 8), pngChunk('gAMA', '\0\0\0\0'), (await png()).slice(8)),
    ],
    ['a WebP with a larger canvas than its picture', () => riff(canvas(1000), DRAWN)],
    ['a WebP with a canvas as large as numbers go', () => riff(canvas(0xffff), DRAWN)],
    ['a WebP with two pictures', () => riff(DRAWN, DRAWN)],
    ['a WebP with two pictures of different kinds', () => riff(DRAWN, LOSSLESS)],
    ['a WebP with two canvases', () => webp(canvas(1000))],
    ['a WebP with its canvas behind the picture', () => riff(DRAWN, canvas(40))],
    ['a WebP with a canvas and no picture', () => riff(canvas(40))],
  ])('%s', async (_what, make) => {
    const admin = await owner();
    const before = await dump();
    const response = await upload(admin, await make());
    expect(response.status).toBe(422);
    expect(errorAt('logo', await response.text())).toMatch(/damaged/);
    expect(await dump()).toEqual(before);
  });
});

test.each<[string, () => File, RegExp]>([
  [
    'a JPEG of 8,000 pixels',
    () => patched(jpeg(), frameAt(jpeg()) + 5, [0x1f, 0x40, 0x1f, 0x40]),
    /32 to 2000/,
  ],
  [
    'a JPEG that says its height later',
    () => patched(jpeg(), frameAt(jpeg()) + 5, [0, 0]),
    /damaged|32 to 2000/,
  ],
])('%s: refused', async (_what, make, words) => {
  const response = await upload(await owner(), make());
  expect(response.status).toBe(422);
  expect(errorAt('logo', await response.text())).toMatch(words);
});

test('a WebP without a canvas: stored with the size that its picture says', async () => {
  await saveLogo(await owner(), riff(DRAWN));
  const [row] = await rows("SELECT logo_width, logo_height FROM workspaces WHERE slug = 'demo'");
  expect(row).toEqual({ logo_width: 40, logo_height: 32 });
});

test('a picture with another one behind its end: only the first is stored and served', async () => {
  const admin = await owner();
  const hash = await saveLogo(admin, bytes(jpeg(), await png({ width: 1999, height: 1999 })));
  expect(await bytesOf(await admin.get(`/logo/${hash}`))).toEqual(jpeg());
  const [row] = await rows("SELECT logo_width, logo_height FROM workspaces WHERE slug = 'demo'");
  expect(row).toEqual({ logo_width: 40, logo_height: 32 });
});
