import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { refuse } from '../../http/errors.tsx';
import { anyLogo, logoOf } from '../../workspaces/logo/logo.ts';

/** The logos of workspaces. Everybody may load them, because sign-in pages and mails show them. */
export const logo = new Hono<AppEnv>();

// The picture of a hash never changes, so each location of Cloudflare caches it. The cache key is host and path only.
// Attack: other query strings must not cause a new query on D1 each.
logo.get('/logo/:hash', async (c) => {
  const { origin, pathname } = new URL(c.req.url);
  const address = origin + pathname;
  const cached = await caches.default.match(address);
  if (cached !== undefined) return new Response(cached.body, cached);
  const found = await findLogo(c, c.req.param('hash'));
  if (found === null) return refuse(c, 404);
  const response = new Response(found.bytes, { headers: headersOf(found.type) });
  const copy = response.clone();
  afterResponse(c, 'cache a logo', () => caches.default.put(address, copy));
  return response;
});

/** On a portal only its own logo; on the admin host the logo of any workspace. */
function findLogo(c: AppContext, hash: string) {
  const { db, portal: workspace } = c.var;
  return workspace === null ? anyLogo(db, hash) : logoOf(db, workspace.id, hash);
}

/** The sandbox runs nothing, whatever the file holds. Any site may load it, because web mail shows it. */
function headersOf(type: string) {
  return {
    'content-type': type,
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=31536000, immutable',
  };
}
