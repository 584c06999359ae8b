import { hex } from '../crypto/hash.ts';
import { hours, seconds } from '../values/duration.ts';
import { normalizePassword } from './password-hash.ts';

/** The longest that saving a password waits for Have I Been Pwned. */
const TIME_OUT = seconds(1.5);
/** How long the answer for a prefix is cached. Breaches are added every few months. */
const CACHED_FOR = hours(24);
const LINE = /^([0-9A-F]{35}):(\d+)\r?$/gm;

/** `unknown`: the service did not answer, which is no reason to refuse a password. */
export type Breach = 'breached' | 'clear' | 'unknown';

/**
 * Asks Have I Been Pwned whether a password is in a known breach (haveibeenpwned.com/API/v3#PwnedPasswords). Only the
 * first five characters of its SHA-1 leave, and the answer is padded, so nobody learns which password it was.
 */
export async function lookUpBreach(password: string): Promise<Breach> {
  const digest = await sha1(normalizePassword(password));
  const [prefix, suffix] = [digest.slice(0, 5), digest.slice(5)];
  const answer = await range(prefix);
  if (answer === null) return 'unknown';
  // lines of padding have a count of 0
  const isBreached = linesOf(answer).some(([, found, count]) => found === suffix && count !== '0');
  return isBreached ? 'breached' : 'clear';
}

/** The known suffixes of a prefix, from the cache of this location or from the service; null without an answer. */
async function range(prefix: string): Promise<string | null> {
  const address = `https://api.pwnedpasswords.com/range/${prefix}`;
  try {
    const cache = await caches.open('breaches');
    const cached = await cache.match(address);
    if (cached !== undefined) return await cached.text();
    const response = await fetch(address, {
      headers: { 'add-padding': 'true', 'user-agent': 'latchkey' },
      signal: AbortSignal.timeout(TIME_OUT),
    });
    const body = await response.text();
    // a page of a proxy, for example, must not be cached for a day
    if (!response.ok || linesOf(body).length === 0) return null;
    await store(cache, address, body);
    return body;
  } catch {
    return null;
  }
}

/** Stores an answer in the cache. If the cache fails, the next look-up asks the service again. */
async function store(cache: Cache, address: string, body: string): Promise<void> {
  const headers = { 'cache-control': `max-age=${CACHED_FOR / 1000}` };
  try {
    await cache.put(address, new Response(body, { headers }));
  } catch {}
}

function linesOf(answer: string): RegExpExecArray[] {
  return [...answer.matchAll(LINE)];
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return hex(new Uint8Array(digest)).toUpperCase();
}
