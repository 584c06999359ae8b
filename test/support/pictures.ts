// Pictures small enough to read: real ones, that a browser draws, and ways to make them carry more.

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const fromBase64 = (text: string) => latin(atob(text));

export function bytes(...parts: (Uint8Array | string | number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    parts.flatMap((part) => [...(typeof part === 'string' ? latin(part) : part)]),
  );
}

/** Whether a text stands anywhere in a file. */
export function holds(file: Uint8Array, text: string): boolean {
  return new TextDecoder('latin1').decode(file).includes(text);
}

export type PngOptions = { width?: number; height?: number; chunks?: Uint8Array[] };

/** A PNG of one colour; `chunks` stand where cameras and programs put theirs. */
export async function png({ width = 64, height = 32, chunks = [] }: PngOptions = {}) {
  const header = bytes(uint32(width), uint32(height), [8, 0, 0, 0, 0]);
  const rows = new Uint8Array((width + 1) * height);
  const deflated = new Blob([rows]).stream().pipeThrough(new CompressionStream('deflate'));
  const data = new Uint8Array(await new Response(deflated).arrayBuffer());
  const all = [pngChunk('IHDR', header), ...chunks, pngChunk('IDAT', data), pngChunk('IEND', '')];
  return bytes([0x89], 'PNG\r\n\x1a\n', ...all);
}

export function pngChunk(name: string, data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const body = bytes(name, data);
  return bytes(uint32(body.length - 4), body, uint32(crc32(body)));
}

/** A JPEG, 40 by 32; `segments` stand before what draws it. */
export function jpeg(...segments: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return bytes([0xff, 0xd8], JFIF, ...segments, JPEG_DRAWN);
}

export function jpegSegment(marker: number, data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const body = bytes(data);
  return bytes([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff], body);
}

/** EXIF with one tag, the orientation, and a text after it. */
export function exif(orientation: number, text = ''): Uint8Array<ArrayBuffer> {
  const tag = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
  return bytes('Exif\0\0', 'MM', [0, 42, 0, 0, 0, 8, 0, 1], tag, [0, 0, 0, 0], text);
}

/** A still WebP, 40 by 32, as its extended form; `chunks` stand after what draws it. */
export function webp(...chunks: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const extended = webpChunk('VP8X', bytes([0b1100, 0, 0, 0], [39, 0, 0], [31, 0, 0]));
  const body = bytes('WEBP', extended, webpChunk('VP8 ', WEBP_DRAWN), ...chunks);
  return bytes('RIFF', uint32(body.length).reverse(), body);
}

export function webpChunk(name: string, data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const body = bytes(data);
  const padding = body.length % 2 === 1 ? [0] : [];
  return bytes(name, uint32(body.length).reverse(), body, padding);
}

function uint32(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}

function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const JFIF = bytes([0xff, 0xe0, 0, 16], 'JFIF\0', [1, 1, 0, 0, 1, 0, 1, 0, 0]);

// drawn by Chromium's canvas
const JPEG_DRAWN = fromBase64(
  '/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6utq2eAvMm6pseZqKuk/9sAQwEcHh4oIyhOKytOpG5dbqSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk/8AAEQgAIAAoAwEiAAIRAQMRAf/EABUAAQEAAAAAAAAAAAAAAAAAAAAE/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABYBAQEBAAAAAAAAAAAAAAAAAAABBP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AIgFZAAAAAAAAAAH/9k=',
);
const WEBP_DRAWN = fromBase64(
  'MAMAnQEqKAAgAD8RhrtXLCkmI6VoAYAiCWcAyvARAYtmAAD+4/RP9eqWuTfCRQ/bDxAA',
);
