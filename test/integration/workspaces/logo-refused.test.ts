import { describe, expect, test } from 'vitest';
import { owner } from '../../support/admin.ts';
import { BRANDING } from '../../support/branding.ts';
import { rita } from '../../support/cast.ts';
import { dump } from '../../support/database.ts';
import { errorAt, inputAt } from '../../support/html.ts';
import { SCRIPT, upload } from '../../support/logo.ts';
import {
  bytes,
  exif,
  jpeg,
  jpegSegment,
  png,
  pngChunk,
  webp,
  webpChunk,
} from '../../support/pictures.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

describe('a file that is no logo', () => {
  const SVG = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${SCRIPT}</svg>`;

  test.each<[string, () => Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>, RegExp]>([
    ['an SVG with a script', () => bytes(SVG), /SVG can carry scripts.*Export it as PNG/],
    ['an SVG in UTF-8 with a mark', () => bytes([0xef, 0xbb, 0xbf], SVG), /SVG can carry scripts/],
    ['a GIF', () => bytes('GIF89a', [1, 0, 1, 0, 0, 0, 0]), /not a PNG, JPEG or WebP/],
    ['a page', () => bytes('<!doctype html>', SCRIPT), /not a PNG, JPEG or WebP/],
    ['a PDF', () => bytes('%PDF-1.7'), /not a PNG, JPEG or WebP/],
    ['a WAV', () => bytes('RIFF', [4, 0, 0, 0], 'WAVE'), /not a PNG, JPEG or WebP/],
    ['nothing', () => bytes(), /^That file is empty\./],
    ['one byte', () => bytes([0x89]), /not a PNG, JPEG or WebP/],
    ['a PNG’s first bytes, then a page', () => bytes([0x89], 'PNG\r\n\x1a\n', SCRIPT), /damaged/],
    ['a PNG cut short', async () => (await png()).slice(0, 60), /damaged/],
    [
      'a PNG with a chunk that nobody knows',
      () => png({ chunks: [pngChunk('EVIL', SCRIPT)] }),
      /damaged/,
    ],
    ['a PNG for iPhones only', () => png({ chunks: [pngChunk('CgBI', '\0\0\0\0')] }), /damaged/],
    ['a JPEG’s first bytes, then a page', () => bytes([0xff, 0xd8], SCRIPT), /damaged/],
    ['a JPEG cut short', () => jpeg().slice(0, 120), /damaged/],
    ['a JPEG without its end', () => jpeg().slice(0, -2), /damaged/],
    ['a JPEG that lies on its side', () => jpeg(jpegSegment(0xe1, exif(6))), /on its side/],
    ['a WebP cut short', () => webp().slice(0, -8), /damaged/],
    ['a WebP that moves', () => webp(webpChunk('ANIM', '\0\0\0\0\0\0')), /moves/],
    ['a PNG of 31 pixels', () => png({ width: 31 }), /32 to 2000 pixels/],
    ['a PNG of 2001 pixels', () => png({ height: 2001 }), /32 to 2000 pixels/],
    ['a PNG of no pixels', () => png({ width: 0, height: 0 }), /32 to 2000 pixels/],
    ['a PNG as large as numbers go', () => claimed(2 ** 32 - 1), /32 to 2000 pixels/],
  ])('%s: 422, says what would do, keeps what was typed', async (_what, make, words) => {
    await expectRefused(await make(), 422, words);
  });

  test('257 KB of a real PNG: 413', async () => {
    const heavy = await png({ chunks: [pngChunk('tEXt', 'x'.repeat(257 * 1024))] });
    await expectRefused(heavy, 413, /larger than 256 KB.*choose it again/);
  });

  test('20 MB: 413 next to the field; of what never ends, no more than 32 MB is taken', async () => {
    await expectRefused(new Uint8Array(20 * 1024 * 1024), 413, /larger than 256 KB/);
    const pulled = await pullsOf(await owner(), 200 * 1024 * 1024);
    expect(pulled).toBeLessThan(34 * 1024 * 1024);
  });

  /** Sends the file with words that are not saved; expects them back, the message, and nothing stored. */
  async function expectRefused(file: Uint8Array<ArrayBuffer>, status: number, words: RegExp) {
    const admin = await owner();
    const before = await dump();
    const fields = { name: 'Typed & kept', welcome: 'Two\r\nlines', accent_color: '#ABCDEF' };
    const response = await upload(admin, file, { fields });
    const page = await response.text();
    expect(response.status, page).toBe(status);
    expect(errorAt('logo', page)).toMatch(words);
    expect(inputAt('logo', page)).toContain('aria-invalid="true"');
    expect(page).toContain('value="Typed &amp; kept"');
    expect(page).toContain('>Two\r\nlines</textarea>');
    expect(page).toContain('value="#ABCDEF"');
    expect(page).not.toContain('alert(document.cookie)');
    expect(await dump()).toEqual(before);
  }
});

test('with something else wrong: the file is asked for once more, nothing is stored', async () => {
  const admin = await owner();
  const before = await dump();
  const response = await upload(admin, await png(), { fields: { accent_color: 'red' } });
  const page = await response.text();
  expect(response.status).toBe(422);
  expect(errorAt('accent_color', page)).toContain('six digits');
  expect(errorAt('logo', page)).toBe('Choose the logo once more: the browser could not keep it.');
  expect(await dump()).toEqual(before);
});

describe('the form with a file', () => {
  test('from another origin: 403; by another tenant’s member: 404; nothing changed', async () => {
    const [admin, rival] = [await owner(), await visit('app').signInAs(rita)];
    const before = await dump();
    const form = new FormData();
    form.append('name', 'Mallory');
    const headers = { origin: 'http://rival.portal.localhost' };
    const request = new Request(admin.origin + BRANDING, { method: 'POST', headers, body: form });
    expect((await admin.send(request)).status).toBe(403);
    expect((await upload(rival, await png())).status).toBe(404);
    expect((await upload(visit('app'), await png())).status).toBe(303);
    expect(await dump()).toEqual(before);
  });

  test.each([
    ['cut in the middle of a part', 'multipart/form-data; boundary=x', '--x\r\nContent-Disp'],
    ['of another boundary', 'multipart/form-data; boundary=x', '--y\r\n\r\n--y--'],
    ['of nothing', 'multipart/form-data; boundary=x', ''],
  ])('%s: 400', async (_what, type, body) => {
    const admin = await owner();
    const headers = { origin: admin.origin, 'content-type': type };
    const request = new Request(admin.origin + BRANDING, { method: 'POST', headers, body });
    expect((await admin.send(request)).status).toBe(400);
  });

  test.each(['multipart/form-data', 'multipart/mixed; boundary=x', 'text/plain; boundary=x'])(
    '%s: 415',
    async (type) => {
      const admin = await owner();
      const headers = { origin: admin.origin, 'content-type': type };
      const body = '--x--';
      const request = new Request(admin.origin + BRANDING, { method: 'POST', headers, body });
      expect((await admin.send(request)).status).toBe(415);
    },
  );
});

/** A PNG that claims a size it doesn't have. */
async function claimed(side: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await png();
  new DataView(file.buffer).setUint32(16, side);
  return file;
}

/** How much of an endless upload is read before it is answered. */
async function pullsOf(admin: Visitor, most: number): Promise<number> {
  const head =
    '--x\r\nContent-Disposition: form-data; name="logo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = sent === 0 ? bytes(head) : new Uint8Array(256 * 1024);
      sent += part.length;
      if (sent > most) controller.close();
      else controller.enqueue(part);
    },
  });
  const headers = { origin: admin.origin, 'content-type': 'multipart/form-data; boundary=x' };
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  expect((await admin.send(new Request(admin.origin + BRANDING, init))).status).toBe(413);
  return sent;
}
