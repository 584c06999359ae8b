import { describe, expect, test } from 'vitest';
import { owner } from '../../support/admin.ts';
import { watchBindings } from '../../support/bindings.ts';
import { BRANDING } from '../../support/branding.ts';
import { rita } from '../../support/cast.ts';
import { bytesOf, saveLogo } from '../../support/logo.ts';
import { jpeg, jpegSegment, png, webp } from '../../support/pictures.ts';
import { visit } from '../../support/visitor.ts';

describe('serving a logo', () => {
  test('a portal: its own; the admin host: any; an unknown one: 404', async () => {
    const hash = await saveLogo(await owner(), await png());
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
    const hash = await saveLogo(demo, webp());
    expect(await saveLogo(rival, webp(), { path: '/w/rival/settings/branding' })).toBe(hash);
    await demo.post(BRANDING, { remove_logo: 'on' });
    expect((await visit('demo').get(`/logo/${hash}`)).status).toBe(404);
    expect((await visit('rival').get(`/logo/${hash}`)).status).toBe(200);
  });

  test('the second request, with any query: the same picture without asking D1', async () => {
    const hash = await saveLogo(await owner(), jpeg(jpegSegment(0xee, 'Adobe\0d\0\0\0\0\0\0')));
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

  test('HEAD: the headers and no picture', async () => {
    const hash = await saveLogo(await owner(), await png());
    const response = await visit('demo').get(`/logo/${hash}`, { method: 'HEAD' });
    expect(response.headers.get('content-type')).toBe('image/png');
    expect((await response.arrayBuffer()).byteLength).toBe(0);
  });

  test('the admin: shows it; the choice of a workspace shows each its own', async () => {
    const admin = await owner();
    const hash = await saveLogo(admin, await png());
    expect(await (await admin.get('/w/demo')).text()).toContain(`src="/logo/${hash}"`);
    await admin.post('/workspaces/new', { name: 'Second', slug: 'second' });
    const choice = await (await admin.get('/')).text();
    expect(choice.split(`src="/logo/${hash}"`)).toHaveLength(2);
    expect(choice).toContain('class="monogram monogram-large"');
  });
});
