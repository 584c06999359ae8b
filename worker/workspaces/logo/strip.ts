// A picture brings along where it was taken, with what, by whom; and whatever somebody hid behind its end.
// Of each format only the parts are copied that draw the picture. A part that is none of the format's, or a
// file that ends too early, is null: a damaged file, or one that only begins like a picture.

/** Chunks that draw, or say how colours are meant (PNG, third edition, 11). Without animation: the still is kept. */
const PNG_CHUNKS = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs'.split(' '),
);

/** PNG: chunks of length, name, data and checksum, up to IEND. */
export function stripPng(file: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const view = viewOf(file);
  const kept = [file.subarray(0, 8)];
  for (let at = 8; at + 12 <= file.length; ) {
    const name = textAt(file, at + 4, 4);
    const end = at + 12 + view.getUint32(at);
    if (end > file.length) return null;
    // a capital first letter: nobody can draw the picture without this chunk
    if (PNG_CHUNKS.has(name)) kept.push(file.subarray(at, end));
    else if (/^[^a-z]/.test(name)) return null;
    if (name === 'IEND') return joined(kept);
    at = end;
  }
  return null;
}

/** Markers of JPEG (ITU-T T.81, table B.1): frames that browsers draw, tables, the scan. */
const JPEG_PARTS = new Set([0xc0, 0xc1, 0xc2, 0xc4, 0xdb, 0xdd, 0xda]);
const [SCAN, END, COMMENT, FILL] = [0xda, 0xd9, 0xfe, 0xff];
/** E0 to EF: whatever a camera or a program wanted to leave. */
const APPLICATION = 0xe0;

/** JPEG: segments of marker, length and data, up to the end of the image; scans are followed by what they draw. */
export function stripJpeg(file: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const view = viewOf(file);
  const kept = [file.subarray(0, 2)];
  for (let at = 2; at + 2 <= file.length; ) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) return null;
    if (marker === END) return joined([...kept, file.subarray(at, at + 2)]);
    if (marker === FILL) {
      at += 1;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    if (end > file.length) return null;
    const next = marker === SCAN ? endOfScan(file, end) : end;
    if (JPEG_PARTS.has(marker) || isColour(file, marker, at)) kept.push(file.subarray(at, next));
    else if (marker !== COMMENT && (marker & 0xf0) !== APPLICATION) return null;
    at = next;
  }
  return null;
}

/** The application segments that say how colours are meant: JFIF without its thumbnail, ICC, Adobe. */
function isColour(file: Uint8Array, marker: number, at: number): boolean {
  const isJfif = marker === 0xe0 && textAt(file, at + 2, 7) === '\0\x10JFIF\0';
  const isIcc = marker === 0xe2 && textAt(file, at + 4, 12) === 'ICC_PROFILE\0';
  return isJfif || isIcc || (marker === 0xee && textAt(file, at + 4, 5) === 'Adobe');
}

/** Where the next marker stands: in a scan, FF is followed by 00 or by a restart marker. */
function endOfScan(file: Uint8Array, from: number): number {
  for (let at = from; at + 1 < file.length; at++) {
    const next = file[at + 1] ?? 0;
    const isData = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (file[at] === 0xff && !isData) return at;
  }
  return file.length;
}

/** Chunks of a still WebP (RFC 9649, 2.7). A moving one has others. */
const WEBP_CHUNKS = new Set(['VP8X', 'ICCP', 'ALPH', 'VP8 ', 'VP8L']);
/** In the flags of VP8X: there is EXIF, there is XMP. */
const WEBP_METADATA = 0b1100;

/** WebP: a RIFF file of chunks of name, length and data, each padded to an even length. */
export function stripWebp(file: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const view = viewOf(file);
  const size = view.getUint32(4, true) + 8;
  if (size > file.length) return null;
  const kept = [file.subarray(0, 12)];
  for (let at = 12; at < size; ) {
    const name = textAt(file, at, 4);
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length % 2);
    if (end > size || name === 'ANIM' || name === 'ANMF') return null;
    if (WEBP_CHUNKS.has(name)) kept.push(file.subarray(at, end));
    at = end;
  }
  const stripped = joined(kept);
  const out = viewOf(stripped);
  out.setUint32(4, stripped.length - 8, true);
  if (textAt(stripped, 12, 4) === 'VP8X') out.setUint8(20, out.getUint8(20) & ~WEBP_METADATA);
  return stripped;
}

function viewOf(file: Uint8Array): DataView {
  return new DataView(file.buffer, file.byteOffset, file.byteLength);
}

function textAt(file: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...file.subarray(at, at + length));
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
