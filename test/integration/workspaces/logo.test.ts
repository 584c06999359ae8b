import { describe, expect, test } from 'vitest';
import { watchBindings } from '../../support/bindings.ts';
import { carla, demoId, olivia, rita } from '../../support/cast.ts';
import { dump, rows } from '../../support/database.ts';
import { errorAt, inputAt } from '../../support/html.ts';
import {
  bytes,
  exif,
  holds,
  jpeg,
  jpegSegment,
  png,
  pngChunk,
  webp,
  webpChunk,
} from '../../support/pictures.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

const BRANDING = '/w/demo/settings/branding';
/** Where a picture was taken, and by whom. */
const SECRET = 'GPS 38.7223 N 9.1393 W, taken by Maren';
const SCRIPT = '<script>alert(document.cookie)</script>';

type Sent = { fields?: Record<string, string>; type?: string; name?: string; path?: string };

/** Sends the form as a browser does: what is typed first, the file last. */
async function upload(desk: Visitor, file: Uint8Array<ArrayBuffer>, sent: Sent = {}) {
  const { fields = {}, type = 'image/png', name = 'logo.png', path = BRANDING } = sent;
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append('logo', new File([file], name, { type }));
  const headers = { origin: desk.origin };
  return desk.send(new Request(desk.origin + path, { method: 'POST', headers, body: form }));
}

/** Uploads a logo that is taken; its hash. */
async function saved(desk: Visitor, file: Uint8Array<ArrayBuffer>, sent?: Sent): Promise<string> {
  const response = await upload(desk, file, sent);
  expect(response.status, await response.text()).toBe(303);
  const slug = sent?.path?.split('/')[2] ?? 'demo';
  const [row] = await rows('SELECT logo_hash FROM workspaces WHERE slug = ?', slug);
  return String(row?.logo_hash);
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

function owner(): Promise<Visitor> {
  return visit('app').signInAs(olivia);
}

describe('a logo is taken by what is in it', () => {
  test.each<[string, () => Promise<Uint8Array<ArrayBuffer>>, string, number, number]>([
    ['a PNG', () => png(), 'image/png', 64, 32],
    ['a JPEG', async () => jpeg(), 'image/jpeg', 40, 32],
    ['a WebP', async () => webp(), 'image/webp', 40, 32],
  ])('%s, named and sent as something else', async (_what, make, type, width, height) => {
    const desk = await owner();
    const hash = await saved(desk, await make(), { name: 'evil.html', type: 'text/html' });
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await rows('SELECT workspace_id, hash, type FROM logos')).toEqual([
      { workspace_id: demoId, hash, type },
    ]);
    const [size] = await rows("SELECT logo_width, logo_height FROM workspaces WHERE slug = 'demo'");
    expect(size).toEqual({ logo_width: width, logo_height: height });

    const door = await (await visit('demo').get('/sign-in')).text();
    expect(door).toContain(`src="/logo/${hash}" width="${width}" height="${height}" alt/>`);
    expect(door, 'the icon stays the monogram').toContain('href="data:image/svg+xml,');
    const mail = await visit('demo').ask(carla);
    const address = `http://demo.portal.localhost/logo/${hash}`;
    expect(mail?.html).toContain(`<img src="${address}" width="${width}" height="${height}"`);
    expect(mail?.html).toContain('alt="Demo Studio"');

    const served = await visit('demo').get(`/logo/${hash}`);
    expect(Object.fromEntries(served.headers)).toMatchObject({
      'content-type': type,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(served.headers.getSetCookie()).toEqual([]);
  });

  test('a wide one keeps its proportions in the mail', async () => {
    await saved(await owner(), await png({ width: 1600, height: 200 }));
    const mail = await visit('demo').ask(carla);
    expect(mail?.html).toMatch(/<img [^>]* width="220" height="28"/);
  });

  test.each<[string, () => Promise<Uint8Array<ArrayBuffer>>]>([
    [
      'PNG chunks',
      () =>
        png({
          chunks: ['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'prVt', 'acTL'].map((name) =>
            pngChunk(name, SECRET),
          ),
        }),
    ],
    [
      'JPEG segments',
      async () =>
        jpeg(
          jpegSegment(0xe1, exif(1, SECRET)),
          jpegSegment(0xe1, `http://ns.adobe.com/xap/1.0/\0${SECRET}`),
          jpegSegment(0xed, `Photoshop 3.0\0${SECRET}`),
          jpegSegment(0xe2, `MPF\0${SECRET}`),
          jpegSegment(0xe0, `JFXX\0${SECRET}`),
          jpegSegment(0xfe, SECRET),
        ),
    ],
    ['WebP chunks', async () => webp(webpChunk('EXIF', SECRET), webpChunk('XMP ', SECRET))],
    ['bytes after a PNG', async () => bytes(await png(), SECRET, SCRIPT)],
    ['bytes after a JPEG', async () => bytes(jpeg(), SECRET, SCRIPT)],
    ['bytes after a WebP', async () => bytes(webp(), SECRET, SCRIPT)],
  ])('what else is in it is not published: %s', async (_what, make) => {
    const file = await make();
    expect(holds(file, SECRET), 'the control').toBe(true);
    const hash = await saved(await owner(), file);
    const shown = await bytesOf(await visit('demo').get(`/logo/${hash}`));
    expect(shown.length).toBeGreaterThan(50);
    for (const gone of [SECRET, 'Exif', 'XMP ', 'xap', '<script']) {
      expect(holds(shown, gone), gone).toBe(false);
    }
    expect(JSON.stringify((await dump()).d1)).not.toContain(String([...bytes(SECRET)]));
  });

  test('what is left is the picture as it was', async () => {
    const desk = await owner();
    for (const [with_, plain] of [
      [await png({ chunks: [pngChunk('tEXt', SECRET)] }), await png()],
      [jpeg(jpegSegment(0xe1, exif(1, SECRET))), jpeg()],
    ] as const) {
      const hash = await saved(desk, with_);
      expect(await bytesOf(await visit('demo').get(`/logo/${hash}`))).toEqual(plain);
    }
    const hash = await saved(desk, webp(webpChunk('EXIF', SECRET)));
    const shown = await bytesOf(await visit('demo').get(`/logo/${hash}`));
    expect(shown[20], 'VP8X no longer announces metadata').toBe(0);
    expect(shown.length).toBe(webp().length);
  });
});

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
    const desk = await owner();
    const before = await dump();
    const fields = { name: 'Typed & kept', welcome: 'Two\r\nlines', accent_color: '#ABCDEF' };
    const response = await upload(desk, file, { fields });
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
  const desk = await owner();
  const before = await dump();
  const response = await upload(desk, await png(), { fields: { accent_color: 'red' } });
  const page = await response.text();
  expect(response.status).toBe(422);
  expect(errorAt('accent_color', page)).toContain('six digits');
  expect(errorAt('logo', page)).toBe('Choose the logo once more: the browser could not keep it.');
  expect(await dump()).toEqual(before);
});

describe('the form with a file', () => {
  test('from another origin: 403; by another tenant’s member: 404; nothing changed', async () => {
    const [desk, rival] = [await owner(), await visit('app').signInAs(rita)];
    const before = await dump();
    const form = new FormData();
    form.append('name', 'Mallory');
    const headers = { origin: 'http://rival.portal.localhost' };
    const request = new Request(desk.origin + BRANDING, { method: 'POST', headers, body: form });
    expect((await desk.send(request)).status).toBe(403);
    expect((await upload(rival, await png())).status).toBe(404);
    expect((await upload(visit('app'), await png())).status).toBe(303);
    expect(await dump()).toEqual(before);
  });

  test.each([
    ['cut in the middle of a part', 'multipart/form-data; boundary=x', '--x\r\nContent-Disp'],
    ['of another boundary', 'multipart/form-data; boundary=x', '--y\r\n\r\n--y--'],
    ['of nothing', 'multipart/form-data; boundary=x', ''],
  ])('%s: 400', async (_what, type, body) => {
    const desk = await owner();
    const headers = { origin: desk.origin, 'content-type': type };
    const request = new Request(desk.origin + BRANDING, { method: 'POST', headers, body });
    expect((await desk.send(request)).status).toBe(400);
  });

  test.each(['multipart/form-data', 'multipart/mixed; boundary=x', 'text/plain; boundary=x'])(
    '%s: 415',
    async (type) => {
      const desk = await owner();
      const headers = { origin: desk.origin, 'content-type': type };
      const body = '--x--';
      const request = new Request(desk.origin + BRANDING, { method: 'POST', headers, body });
      expect((await desk.send(request)).status).toBe(415);
    },
  );
});

describe('replacing and removing', () => {
  test('another logo: the old row is gone', async () => {
    const desk = await owner();
    const old = await saved(desk, await png());
    const hash = await saved(desk, jpeg());
    expect(await rows('SELECT hash FROM logos')).toEqual([{ hash }]);
    expect((await visit('demo').get(`/logo/${old}`)).status).toBe(404);
    expect((await visit('demo').get(`/logo/${hash}`)).status).toBe(200);
  });

  test('saving without a file leaves it; the box removes it, and the monogram is back', async () => {
    const desk = await owner();
    const hash = await saved(desk, await png());
    await desk.post(BRANDING, { name: 'Demo & Co' });
    expect(await rows('SELECT hash FROM logos')).toEqual([{ hash }]);
    await desk.post(BRANDING, { remove_logo: 'on' });
    expect(await rows('SELECT hash FROM logos')).toEqual([]);
    const [row] = await rows("SELECT * FROM workspaces WHERE slug = 'demo'");
    expect(row).toMatchObject({ logo_hash: null, logo_width: null, logo_height: null });
    const door = await (await visit('demo').get('/sign-in')).text();
    expect(door).not.toContain('<img');
    expect(door).toContain('class="monogram monogram-large"');
  });

  test('a browser sends an empty file without a name when none was chosen: none was', async () => {
    const desk = await owner();
    const hash = await saved(desk, await png());
    expect(await saved(desk, bytes(), { name: '' })).toBe(hash);
  });

  test('words that were saved meanwhile: nothing is saved, and the logo stays', async () => {
    const desk = await owner();
    const hash = await saved(desk, await png());
    const version = 'of-what-was-there-before';
    for (const fields of [{ version }, { version, remove_logo: 'on' }]) {
      const answer = await upload(desk, jpeg(), { fields: { ...fields, name: 'Late' } });
      expect(answer.status).toBe(409);
      expect(errorAt('logo', await answer.text())).toContain('Choose the logo once more');
    }
    expect(await rows('SELECT hash FROM logos')).toEqual([{ hash }]);
  });

  test('two pictures at the same moment: the one that is shown is the one that is kept', async () => {
    const desk = await owner();
    const answers = await Promise.all([
      upload(desk, await png(), { fields: { name: 'One' } }),
      upload(desk, jpeg(), { fields: { name: 'Two' } }),
      upload(desk, webp(), { fields: { name: 'Three' } }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409]);
    const kept =
      'SELECT hash, logo_hash FROM logos JOIN workspaces ON workspaces.id = workspace_id';
    const [row, ...others] = await rows(kept);
    expect([row?.hash, others]).toEqual([row?.logo_hash, []]);
  });

  test('a new file counts more than the box', async () => {
    const desk = await owner();
    await saved(desk, await png());
    const hash = await saved(desk, jpeg(), { fields: { remove_logo: 'on' } });
    expect(await rows('SELECT hash FROM logos')).toEqual([{ hash }]);
  });
});

describe('who gets which logo', () => {
  test('a portal its own, the admin host any; nobody an unknown one', async () => {
    const hash = await saved(await owner(), await png());
    expect((await visit('demo').get(`/logo/${hash}`)).status).toBe(200);
    expect((await visit('app').get(`/logo/${hash}`)).status).toBe(200);
    expect((await visit('rival').get(`/logo/${hash}`)).status).toBe(404);
    for (const junk of ['0'.repeat(64), hash.toUpperCase(), `${hash}0`, '..%2f', "'%20OR%201=1"]) {
      for (const host of ['demo', 'app']) {
        const response = await visit(host).get(`/logo/${junk}`);
        expect([response.status, response.headers.get('cache-control')], junk).toEqual([
          404,
          'no-store',
        ]);
      }
    }
  });

  test('two workspaces with the same picture: one’s removal leaves the other’s', async () => {
    const [demo, rival] = [await owner(), await visit('app').signInAs(rita)];
    const hash = await saved(demo, webp());
    expect(await saved(rival, webp(), { path: '/w/rival/settings/branding' })).toBe(hash);
    await demo.post(BRANDING, { remove_logo: 'on' });
    expect((await visit('demo').get(`/logo/${hash}`)).status).toBe(404);
    expect((await visit('rival').get(`/logo/${hash}`)).status).toBe(200);
  });

  test('D1 is asked once; whatever stands behind the ? asks for the same', async () => {
    const hash = await saved(await owner(), jpeg(jpegSegment(0xee, 'Adobe\0d\0\0\0\0\0\0')));
    const meter = watchBindings();
    const visitor = visit('demo', meter.bindings);
    const first = await bytesOf(await visitor.get(`/logo/${hash}`));
    expect([...meter.statements].some((sql) => sql.includes('"logos"'))).toBe(true);
    meter.reset();
    for (const query of ['', '?1', '?2']) {
      const again = await visitor.get(`/logo/${hash}${query}`);
      expect(again.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
      expect(await bytesOf(again)).toEqual(first);
    }
    expect(meter.d1).toBe(0);
  });

  test('HEAD has the headers and no picture', async () => {
    const hash = await saved(await owner(), await png());
    const response = await visit('demo').get(`/logo/${hash}`, { method: 'HEAD' });
    expect(response.headers.get('content-type')).toBe('image/png');
    expect((await response.arrayBuffer()).byteLength).toBe(0);
  });

  test('pages of the desk show it; choosing a workspace shows each its own', async () => {
    const desk = await owner();
    const hash = await saved(desk, await png());
    expect(await (await desk.get('/w/demo')).text()).toContain(`src="/logo/${hash}"`);
    await desk.post('/workspaces/new', { name: 'Second', slug: 'second' });
    const choice = await (await desk.get('/')).text();
    expect(choice.split(`src="/logo/${hash}"`)).toHaveLength(2);
    expect(choice).toContain('class="monogram monogram-large"');
  });
});

/** A PNG that claims a size it doesn't have. */
async function claimed(side: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await png();
  new DataView(file.buffer).setUint32(16, side);
  return file;
}

/** How much of an endless upload is read before it is answered. */
async function pullsOf(desk: Visitor, most: number): Promise<number> {
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
  const headers = { origin: desk.origin, 'content-type': 'multipart/form-data; boundary=x' };
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  expect((await desk.send(new Request(desk.origin + BRANDING, init))).status).toBe(413);
  return sent;
}
