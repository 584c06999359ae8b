import type { AppContext } from '../context.ts';

/**
 * The client network that limits count by: an IPv4 address, or the /64 of an IPv6 address, because one subscriber has
 * the whole /64 (RFC 6177). Attack: any sender can write X-Forwarded-For, so only CF-Connecting-IP is read.
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
