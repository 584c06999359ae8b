import type { AppContext } from '../context.ts';

/**
 * The address of origin that limits count by. Only CF-Connecting-IP is believed; X-Forwarded-For is whatever
 * the sender writes. An IPv6 subscriber has a whole /64 to post from (RFC 6177): all of it counts as one.
 */
export function clientNetwork(c: AppContext): string {
  const address = c.req.header('cf-connecting-ip');
  if (address === undefined) return 'unknown';
  const expanded = URL.parse(`http://[${address}]/`)?.hostname;
  if (expanded === undefined) return address;
  const [head = '', tail] = expanded.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
