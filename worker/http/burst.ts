import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../context.ts';
import { refuse } from './errors.tsx';

/**
 * The first layer against floods, before any work is done: Cloudflare's own counter per address of
 * origin. Only CF-Connecting-IP is believed; X-Forwarded-For is whatever the sender writes.
 */
export const burst = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method !== 'POST') return next();
  const { success } = await c.env.BURST.limit({ key: originOf(c.req.header('cf-connecting-ip')) });
  return success ? next() : refuse(c, 429);
});

/** An IPv6 subscriber has a whole /64 to post from (RFC 6177): all of it counts as one. */
function originOf(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const expanded = URL.parse(`http://[${address}]/`)?.hostname;
  if (expanded === undefined) return address;
  const [head = '', tail] = expanded.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
