// A picture file holds more than the picture: the place, the camera, the author, and data hidden behind its end.
// Each function copies only the parts that draw the picture. It returns null for a file that has a part unknown to
// its format, or that ends too early: such a file is damaged, or only begins like a picture.

/** Chunks that draw, or define colours (PNG, third edition, 11). Animation chunks are left out. */
const PNG_CHUNKS = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs'.split(' '),
);

/** Strips a PNG: chunks of length, name, data and checksum, up to IEND. */
export function stripPng(file: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const view = viewOf(file);
  const kept = [file.subarray(0, 8)];
  for (let offset = 8; offset + 12 <= file.length; ) {
    const name = textAt(file, offset + 4, 4);
    const end = offset + 12 + view.getUint32(offset);
    if (end > file.length) return null;
    // a capital first letter marks a chunk that is needed to draw the picture
    if (PNG_CHUNKS.has(name)) kept.push(file.subarray(offset, end));
    else if (/^[^a-z]/.test(name)) return null;
    if (name === 'IEND') return joined(kept);
    offset = end;
  }
  return null;
}

/** Markers of JPEG (ITU-T T.81, table B.1): frames that browsers draw, tables, the scan. */
const JPEG_PARTS = new Set([0xc0, 0xc1, 0xc2, 0xc4, 0xdb, 0xdd, 0xda]);
const [SCAN, END, COMMENT, FILL] = [0xda, 0xd9, 0xfe, 0xff];
/** E0 to EF: data that a camera or a program added. */
const APPLICATION = 0xe0;

/** Strips a JPEG: segments of marker, length and data, up to the end marker. A scan's pixels follow its segment. */
export function stripJpeg(file: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const view = viewOf(file);
  const kept = [file.subarray(0, 2)];
  for (let offset = 2; offset + 2 <= file.length; ) {
    const marker = view.getUint8(offset + 1);
    if (view.getUint8(offset) !== 0xff) return null;
    if (marker === END) return joined([...kept, file.subarray(offset, offset + 2)]);
    if (marker === FILL) {
      offset += 1;
      continue;
    }
    const end = offset + 2 + view.getUint16(offset + 2);
    if (end > file.length) return null;
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

/** Strips a WebP: a RIFF file of chunks of name, length and data, each padded to an even length. */
export function stripWebp(file: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const view = viewOf(file);
  const size = view.getUint32(4, true) + 8;
  if (size > file.length) return null;
  const kept = [file.subarray(0, 12)];
  for (let offset = 12; offset < size; ) {
    const name = textAt(file, offset, 4);
    const length = view.getUint32(offset + 4, true);
    const end = offset + 8 + length + (length % 2);
    if (end > size || name === 'ANIM' || name === 'ANMF') return null;
    if (WEBP_CHUNKS.has(name)) kept.push(file.subarray(offset, end));
    offset = end;
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
