import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../context.ts';
import { refuse } from './errors.tsx';

/**
 * The first layer against floods, before any work is done: Cloudflare's own counter per address of
 * origin. Only CF-Connecting-IP is believed; X-Forwarded-For is whatever the sender writes.
 */
export const burst = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method !== 'POST') return next();
  const key = c.req.header('cf-connecting-ip') ?? 'unknown';
  const { success } = await c.env.BURST.limit({ key });
  return success ? next() : refuse(c, 429);
});
