import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { refuse } from '../../http/errors.tsx';
import { anyLogo, logoOf } from '../../workspaces/logo/logo.ts';

/** The logos of workspaces: open, as the sign-in page and the mails of a portal are. */
export const logo = new Hono<AppEnv>();

// A picture never changes under its hash. So each of Cloudflare's locations asks D1 for it once, under its
// host and path alone: whatever stands behind the `?` asks for the same.
logo.get('/logo/:hash', async (c) => {
  const { origin, pathname } = new URL(c.req.url);
  const address = origin + pathname;
  const kept = await caches.default.match(address);
  if (kept !== undefined) return new Response(kept.body, kept);
  const found = await logoHere(c, c.req.param('hash'));
  if (found === null) return refuse(c, 404);
  const response = new Response(found.bytes, { headers: headersOf(found.type) });
  const copy = response.clone();
  afterResponse(c, 'keep a logo', () => caches.default.put(address, copy));
  return response;
});

/** On a portal its own, and nobody else's; on the admin host any. */
function logoHere(c: AppContext, hash: string) {
  const { db, portal: workspace } = c.var;
  return workspace === null ? anyLogo(db, hash) : logoOf(db, workspace.id, hash);
}

/** Whatever is in it, it is a picture and runs nothing. Mails show it too, so any site may load it. */
function headersOf(type: string) {
  return {
    'content-type': type,
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=31536000, immutable',
  };
}
