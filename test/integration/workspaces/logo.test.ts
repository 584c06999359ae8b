import { describe, expect, test } from 'vitest';
import { owner } from '../../support/admin.ts';
import { BRANDING } from '../../support/branding.ts';
import { carla, demoId } from '../../support/cast.ts';
import { dump, rows } from '../../support/database.ts';
import { errorAt } from '../../support/html.ts';
import { bytesOf, SCRIPT, saveLogo, upload } from '../../support/logo.ts';
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
import { visit } from '../../support/visitor.ts';

/** Where a picture was taken, and by whom. */
const SECRET = 'GPS 38.7223 N 9.1393 W, taken by Maren';

describe('a logo is taken by what is in it', () => {
  test.each<[string, () => Promise<Uint8Array<ArrayBuffer>>, string, number, number]>([
    ['a PNG', () => png(), 'image/png', 64, 32],
    ['a JPEG', async () => jpeg(), 'image/jpeg', 40, 32],
    ['a WebP', async () => webp(), 'image/webp', 40, 32],
  ])('%s, named and sent as something else', async (_what, make, type, width, height) => {
    const admin = await owner();
    const hash = await saveLogo(admin, await make(), { name: 'evil.html', type: 'text/html' });
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await rows('SELECT workspace_id, hash, type FROM logos')).toEqual([
      { workspace_id: demoId, hash, type },
    ]);
    const [size] = await rows("SELECT logo_width, logo_height FROM workspaces WHERE slug = 'demo'");
    expect(size).toEqual({ logo_width: width, logo_height: height });

    const signIn = await (await visit('demo').get('/sign-in')).text();
    expect(signIn).toContain(`src="/logo/${hash}" width="${width}" height="${height}" alt/>`);
    expect(signIn, 'the icon stays the monogram').toContain('href="data:image/svg+xml,');
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

  test('a dropped part that claims another size: never the size that is stored', async () => {
    // a reader that does not know fill bytes jumps into the comment, and finds a frame of 64 by 64 there
    const claim = bytes([0xff, 0xc0, 0, 17, 8, 0, 64, 0, 64]);
    const comment = bytes(new Uint8Array(65276), claim, new Uint8Array(248));
    const file = bytes([0xff, 0xd8, 0xff], jpegSegment(0xfe, comment), jpeg().subarray(2));
    const answer = await upload(await owner(), file);
    const [size] = await rows("SELECT logo_width, logo_height FROM workspaces WHERE slug = 'demo'");
    expect([
      [303, { logo_width: 40, logo_height: 32 }],
      [422, { logo_width: null, logo_height: null }],
    ]).toContainEqual([answer.status, size]);
  });

  test('a wide one: keeps its proportions in the mail', async () => {
    await saveLogo(await owner(), await png({ width: 1600, height: 200 }));
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
    const hash = await saveLogo(await owner(), file);
    const shown = await bytesOf(await visit('demo').get(`/logo/${hash}`));
    expect(shown.length).toBeGreaterThan(50);
    for (const gone of [SECRET, 'Exif', 'XMP ', 'xap', '<script']) {
      expect(holds(shown, gone), gone).toBe(false);
    }
    expect(JSON.stringify((await dump()).d1)).not.toContain(String([...bytes(SECRET)]));
  });

  test('the rest of the file: the picture as it was', async () => {
    const admin = await owner();
    for (const [with_, plain] of [
      [await png({ chunks: [pngChunk('tEXt', SECRET)] }), await png()],
      [jpeg(jpegSegment(0xe1, exif(1, SECRET))), jpeg()],
    ] as const) {
      const hash = await saveLogo(admin, with_);
      expect(await bytesOf(await visit('demo').get(`/logo/${hash}`))).toEqual(plain);
    }
    const hash = await saveLogo(admin, webp(webpChunk('EXIF', SECRET)));
    const shown = await bytesOf(await visit('demo').get(`/logo/${hash}`));
    expect(shown[20], 'VP8X no longer announces metadata').toBe(0);
    expect(shown.length).toBe(webp().length);
  });
});

describe('replacing and removing', () => {
  test('another logo: the old row is gone', async () => {
    const admin = await owner();
    const old = await saveLogo(admin, await png());
    const hash = await saveLogo(admin, jpeg());
    expect(await rows('SELECT hash FROM logos')).toEqual([{ hash }]);
    expect((await visit('demo').get(`/logo/${old}`)).status).toBe(404);
    expect((await visit('demo').get(`/logo/${hash}`)).status).toBe(200);
  });

  test('saving without a file: it stays; the box: removed, and the monogram is back', async () => {
    const admin = await owner();
    const hash = await saveLogo(admin, await png());
    await admin.post(BRANDING, { name: 'Demo & Co' });
    expect(await rows('SELECT hash FROM logos')).toEqual([{ hash }]);
    await admin.post(BRANDING, { remove_logo: 'on' });
    expect(await rows('SELECT hash FROM logos')).toEqual([]);
    const [row] = await rows("SELECT * FROM workspaces WHERE slug = 'demo'");
    expect(row).toMatchObject({ logo_hash: null, logo_width: null, logo_height: null });
    const signIn = await (await visit('demo').get('/sign-in')).text();
    expect(signIn).not.toContain('<img');
    expect(signIn).toContain('class="monogram monogram-large"');
  });

  test('an empty file without a name, as browsers send it: none was chosen', async () => {
    const admin = await owner();
    const hash = await saveLogo(admin, await png());
    expect(await saveLogo(admin, bytes(), { name: '' })).toBe(hash);
  });

  test('words that were saved meanwhile: nothing is saved, and the logo stays', async () => {
    const admin = await owner();
    const hash = await saveLogo(admin, await png());
    const version = 'of-what-was-there-before';
    for (const fields of [{ version }, { version, remove_logo: 'on' }]) {
      const answer = await upload(admin, jpeg(), { fields: { ...fields, name: 'Late' } });
      expect(answer.status).toBe(409);
      expect(errorAt('logo', await answer.text())).toContain('Choose the logo once more');
    }
    expect(await rows('SELECT hash FROM logos')).toEqual([{ hash }]);
  });

  test('two pictures at the same moment: the one that is shown is the one that is kept', async () => {
    const admin = await owner();
    const answers = await Promise.all([
      upload(admin, await png(), { fields: { name: 'One' } }),
      upload(admin, jpeg(), { fields: { name: 'Two' } }),
      upload(admin, webp(), { fields: { name: 'Three' } }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409]);
    const kept =
      'SELECT hash, logo_hash FROM logos JOIN workspaces ON workspaces.id = workspace_id';
    const [row, ...others] = await rows(kept);
    expect([row?.hash, others]).toEqual([row?.logo_hash, []]);
  });

  test('a new file and the box to remove: the new file is kept', async () => {
    const admin = await owner();
    await saveLogo(admin, await png());
    const hash = await saveLogo(admin, jpeg(), { fields: { remove_logo: 'on' } });
    expect(await rows('SELECT hash FROM logos')).toEqual([{ hash }]);
  });
});
