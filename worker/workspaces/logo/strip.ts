// A picture file holds more than the picture: the place, the camera, the author, and data hidden behind its end.
// Each function copies only the parts that draw the picture, and measures it by the part that it copies. It returns null
// for a file that is damaged, only begins like a picture, or says its size twice: programs would read it differently.

/** The parts of a file that draw the picture, and its size in pixels. */
export type Stripped = { bytes: Uint8Array<ArrayBuffer>; width: number; height: number };

type Size = Omit<Stripped, 'bytes'>;

/** Chunks that draw, or define colours (PNG, third edition, 11). Animation chunks are left out. */
const PNG_CHUNKS = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs'.split(' '),
);

/** Strips a PNG: chunks of length, name, data and checksum, up to IEND. The first is IHDR, and there is no other. */
export function stripPng(file: Uint8Array): Stripped | null {
  const view = viewOf(file);
  if (view.getUint32(8) !== 13 || textAt(file, 12, 4) !== 'IHDR') return null;
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  const kept = [file.subarray(0, 8)];
  for (let offset = 8; offset + 12 <= file.length; ) {
    const name = textAt(file, offset + 4, 4);
    const end = offset + 12 + view.getUint32(offset);
    if (end > file.length || (name === 'IHDR' && offset > 8)) return null;
    // a capital first letter marks a chunk that is needed to draw the picture
    if (PNG_CHUNKS.has(name)) kept.push(file.subarray(offset, end));
    else if (/^[^a-z]/.test(name)) return null;
    if (name === 'IEND') return { bytes: joined(kept), ...size };
    offset = end;
  }
  return null;
}

/** Markers of JPEG (ITU-T T.81, table B.1): frames that browsers draw. Others are unknown parts here. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** Frames, tables, the scan. */
const JPEG_PARTS = new Set([...FRAMES, 0xc4, 0xdb, 0xdd, 0xda]);
const [SCAN, END, COMMENT, FILL] = [0xda, 0xd9, 0xfe, 0xff];
/** E0 to EF: data that a camera or a program added. */
const APPLICATION = 0xe0;

/**
 * Strips a JPEG: segments of marker, length and data, up to the end marker. A scan's pixels follow its segment. One frame
 * says the size, before the first scan.
 */
export function stripJpeg(file: Uint8Array): Stripped | null {
  const view = viewOf(file);
  const kept = [file.subarray(0, 2)];
  let size: Size | null = null;
  for (let offset = 2; offset + 2 <= file.length; ) {
    const marker = view.getUint8(offset + 1);
    if (view.getUint8(offset) !== 0xff) return null;
    if (marker === END) {
      return size && { bytes: joined([...kept, file.subarray(offset, offset + 2)]), ...size };
    }
    if (marker === FILL) {
      offset += 1;
      continue;
    }
    const end = offset + 2 + view.getUint16(offset + 2);
    if (end > file.length || (marker === SCAN && size === null)) return null;
    if (FRAMES.has(marker)) {
      const isWhole = end - offset === 10 + 3 * view.getUint8(offset + 9);
      if (size !== null || !isWhole) return null;
      size = { width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) };
    }
    const next = marker === SCAN ? endOfScan(file, end) : end;
    if (JPEG_PARTS.has(marker) || isColour(file, marker, offset))
      kept.push(file.subarray(offset, next));
    else if (marker !== COMMENT && (marker & 0xf0) !== APPLICATION) return null;
    offset = next;
  }
  return null;
}

/** Whether it is an application segment that defines colours: JFIF without a thumbnail, ICC, Adobe. */
function isColour(file: Uint8Array, marker: number, offset: number): boolean {
  const isJfif = marker === 0xe0 && textAt(file, offset + 2, 7) === '\0\x10JFIF\0';
  const isIcc = marker === 0xe2 && textAt(file, offset + 4, 12) === 'ICC_PROFILE\0';
  return isJfif || isIcc || (marker === 0xee && textAt(file, offset + 4, 5) === 'Adobe');
}

/** The index of the next marker. Within a scan, FF is followed by 00 or by a restart marker. */
function endOfScan(file: Uint8Array, from: number): number {
  for (let offset = from; offset + 1 < file.length; offset++) {
    const next = file[offset + 1] ?? 0;
    const isData = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (file[offset] === 0xff && !isData) return offset;
  }
  return file.length;
}

/** Chunks of a still WebP (RFC 9649, 2.7). An animated one has others. */
const WEBP_CHUNKS = new Set(['VP8X', 'ICCP', 'ALPH', 'VP8 ', 'VP8L']);
/** The flags of VP8X that announce EXIF and XMP. */
const WEBP_METADATA = 0b1100;

/**
 * Strips a WebP: a RIFF file of chunks of name, length and data, each padded to an even length. One chunk draws; VP8X is the
 * first if it is there, and says the same size.
 */
export function stripWebp(file: Uint8Array): Stripped | null {
  const view = viewOf(file);
  const fileSize = view.getUint32(4, true) + 8;
  if (fileSize > file.length) return null;
  const kept = [file.subarray(0, 12)];
  const sizes: Size[] = [];
  for (let offset = 12; offset < fileSize; ) {
    const name = textAt(file, offset, 4);
    const length = view.getUint32(offset + 4, true);
    const end = offset + 8 + length + (length % 2);
    if (end > fileSize || name === 'ANIM' || name === 'ANMF') return null;
    if (name === 'VP8X' && offset > 12) return null;
    const size = webpSize(name, file.subarray(offset + 8, end));
    if (size !== null) sizes.push(size);
    if (WEBP_CHUNKS.has(name)) kept.push(file.subarray(offset, end));
    offset = end;
  }
  const isExtended = textAt(file, 12, 4) === 'VP8X';
  const [size, canvas = size] = sizes.toReversed();
  if (size === undefined || sizes.length !== (isExtended ? 2 : 1)) return null;
  if (size.width !== canvas?.width || size.height !== canvas.height) return null;
  return { bytes: withoutMetadata(joined(kept), isExtended), ...size };
}

/** The size that a chunk of a WebP says; null for a chunk that says none. Throws for one that is too short. */
function webpSize(name: string, data: Uint8Array): Size | null {
  const view = viewOf(data);
  const sides = (width: number, height: number) => ({
    width: width & 0x3fff,
    height: height & 0x3fff,
  });
  switch (name) {
    case 'VP8X':
      return { width: 1 + uint24(view, 4), height: 1 + uint24(view, 7) };
    case 'VP8 ': // RFC 6386, 9.1
      return sides(view.getUint16(6, true), view.getUint16(8, true));
    case 'VP8L': {
      // RFC 9649, 3.4
      const bits = view.getUint32(1, true);
      const { width, height } = sides(bits, bits >>> 14);
      return { width: width + 1, height: height + 1 };
    }
  }
  return null;
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) + view.getUint8(offset + 2) * 0x10000;
}

function withoutMetadata(stripped: Uint8Array<ArrayBuffer>, isExtended: boolean) {
  const out = viewOf(stripped);
  out.setUint32(4, stripped.length - 8, true);
  if (isExtended) out.setUint8(20, out.getUint8(20) & ~WEBP_METADATA);
  return stripped;
}

function viewOf(file: Uint8Array): DataView {
  return new DataView(file.buffer, file.byteOffset, file.byteLength);
}

function textAt(file: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...file.subarray(offset, offset + length));
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
