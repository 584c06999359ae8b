import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../context.ts';
import { clientNetwork } from './client-network.ts';
import { refuse } from './errors.tsx';

/** A first layer against floods: Cloudflare's own counter for each client network, before any other work. */
export const rateLimit = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method !== 'POST') return next();
  const { success } = await c.env.BURST.limit({ key: clientNetwork(c) });
  return success ? next() : refuse(c, 429);
});
