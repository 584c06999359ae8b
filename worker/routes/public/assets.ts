import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { strengthSource } from '../../../ui/strength/script.ts';
import type { AppEnv } from '../../context.ts';
import { commonPasswords } from '../../passwords/common.ts';

/** Files that pages load. They are the same for everybody, so browsers may cache them. */
export const assets = new Hono<AppEnv>();

/** The password strength script. It is too large to be inside a page; only pages that set a password load it. */
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

/** Built once in each isolate. */
let strength: Promise<Asset> | undefined;

async function withTag(text: string): Promise<Asset> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
  // a weak tag, because Cloudflare compresses the body
  return { text, tag: `W/"${hex.join('').slice(0, 32)}"` };
}
