import { Hono } from 'hono';
import type { AppEnv } from '../../context.ts';

/** Whether the Worker and its stores answer; says which does not, and nothing else. */
export const health = new Hono<AppEnv>();

health.get('/healthz', async (c) => {
  const probes = await Promise.allSettled([
    c.env.DB.prepare('SELECT 1').first(),
    c.env.TOKENS.get('healthz'),
  ]);
  const silent = ['D1', 'KV'].filter((_name, at) => probes[at]?.status === 'rejected');
  return silent.length === 0
    ? c.text('ok\n')
    : c.text(`not answering: ${silent.join(', ')}\n`, 503);
});
