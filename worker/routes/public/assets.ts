import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { strengthSource } from '../../../ui/strength/script.ts';
import type { AppEnv } from '../../context.ts';
import { commonPasswords } from '../../passwords/common.ts';

/** What pages load besides themselves: the same for everybody, so a browser may keep it. */
export const assets = new Hono<AppEnv>();

/** Too heavy to be inside a page; only the pages where a password is set ask for it. */
assets.get('/assets/strength.js', etag(), async (c) => {
  strength ??= withTag(strengthSource(commonPasswords()));
  const { text, tag } = await strength;
  return c.body(text, 200, {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=86400',
    etag: tag,
  });
});

type Asset = { text: string; tag: string };

/** Put together once an isolate. */
let strength: Promise<Asset> | undefined;

async function withTag(text: string): Promise<Asset> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
  // weak: Cloudflare compresses what it delivers
  return { text, tag: `W/"${hex.join('').slice(0, 32)}"` };
}
