import { Hono } from 'hono';
import type { AppEnv } from '../../context.ts';

/** The health check: 200 if D1 and KV answer, else 503 with the names of those that do not. */
export const health = new Hono<AppEnv>();

health.get('/healthz', async (c) => {
  const probes = await Promise.allSettled([
    c.env.DB.prepare('SELECT 1').first(),
    c.env.TOKENS.get('healthz'),
  ]);
  const failed = ['D1', 'KV'].filter((_name, index) => probes[index]?.status === 'rejected');
  return failed.length === 0
    ? c.text('ok\n')
    : c.text(`not answering: ${failed.join(', ')}\n`, 503);
});
