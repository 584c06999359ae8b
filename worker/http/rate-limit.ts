import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../context.ts';
import { clientNetwork } from './client-network.ts';
import { refuse } from './errors.tsx';

/**
 * The first layer against floods, before any work is done: Cloudflare's own counter per address of
 * origin.
 */
export const rateLimit = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method !== 'POST') return next();
  const { success } = await c.env.BURST.limit({ key: clientNetwork(c) });
  return success ? next() : refuse(c, 429);
});
