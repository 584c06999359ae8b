import { hex } from '../crypto/hash.ts';
import { hours, seconds } from '../values/duration.ts';
import { normalizePassword } from './password-hash.ts';

/** Nobody waits longer than this to save a password because somebody else's service is slow. */
const TIME_OUT = seconds(1.5);
/** How long the answer for a prefix is kept; breaches are added every few months. */
const KEPT_FOR = hours(24);
const LINE = /^([0-9A-F]{35}):(\d+)\r?$/gm;

/** `unknown`: the service could not be asked. That is no reason to refuse a password. */
export type Breach = 'breached' | 'clear' | 'unknown';

/**
 * Asks Have I Been Pwned whether a password has been seen in a breach, by k-anonymity: of the password's
 * SHA-1 only the first five characters leave, and the answer is padded, so that neither the service nor who
 * listens learns which password it was (haveibeenpwned.com/API/v3#PwnedPasswords).
 */
export async function lookUpBreach(password: string): Promise<Breach> {
  const digest = await sha1(normalizePassword(password));
  const [prefix, suffix] = [digest.slice(0, 5), digest.slice(5)];
  const answer = await range(prefix);
  if (answer === null) return 'unknown';
  // padding has a count of 0
  const isThere = linesOf(answer).some(([, found, count]) => found === suffix && count !== '0');
  return isThere ? 'breached' : 'clear';
}

/** The known suffixes of a prefix, from the cache of this location when it was asked before; null without an answer. */
async function range(prefix: string): Promise<string | null> {
  const address = `https://api.pwnedpasswords.com/range/${prefix}`;
  try {
    const cache = await caches.open('breaches');
    const kept = await cache.match(address);
    if (kept !== undefined) return await kept.text();
    const response = await fetch(address, {
      headers: { 'add-padding': 'true', 'user-agent': 'latchkey' },
      signal: AbortSignal.timeout(TIME_OUT),
    });
    const body = await response.text();
    // an answer that is none, a proxy's page for instance, must not stay for a day
    if (!response.ok || linesOf(body).length === 0) return null;
    await keep(cache, address, body);
    return body;
  } catch {
    return null;
  }
}

/** A cache that doesn't take it costs one more look-up, no more. */
async function keep(cache: Cache, address: string, body: string): Promise<void> {
  const headers = { 'cache-control': `max-age=${KEPT_FOR / 1000}` };
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
