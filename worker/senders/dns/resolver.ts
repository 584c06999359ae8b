import { seconds } from '../../values/duration.ts';
import { withTimeout } from '../../values/timeout.ts';
import { type DnsAnswer, type DnsType, readAnswer, SILENT } from './answer.ts';

/** Looks up the records of a name, TXT records unless told otherwise. It never throws. */
export type LookUp = (name: string, type?: DnsType) => Promise<DnsAnswer>;

const RESOLVER = 'https://cloudflare-dns.com/dns-query';

/** A person waits for this look-up on a page, and a check can do without it. */
const DNS_TIME_OUT = seconds(3);

/** In bytes. A DNS message has 64 KiB at most; its JSON is up to four times as long. */
const LONGEST_ANSWER = 256 * 1024;

/**
 * Looks up names over HTTPS, each once. Beyond `most` requests nothing is known any more.
 * workerd's own `dns.resolveTxt` is not used: to it SERVFAIL is the same as a name without records.
 */
export function createResolver(most: number): LookUp {
  const asked = new Map<string, Promise<DnsAnswer>>();
  return (name, type = 'TXT') => {
    const key = `${type} ${name.toLowerCase()}`;
    const before = asked.get(key);
    if (before !== undefined) return before;
    if (asked.size >= most) return Promise.resolve(SILENT);
    const answer = ask(name, type);
    asked.set(key, answer);
    return answer;
  };
}

async function ask(name: string, type: DnsType): Promise<DnsAnswer> {
  const stop = new AbortController();
  try {
    return await withTimeout(fetchAnswer(name, type, stop.signal), DNS_TIME_OUT, SILENT);
  } finally {
    stop.abort();
  }
}

async function fetchAnswer(name: string, type: DnsType, signal: AbortSignal): Promise<DnsAnswer> {
  try {
    const query = new URLSearchParams({ name, type });
    const headers = { accept: 'application/dns-json' };
    const url = `${RESOLVER}?${query}`;
    const response = await fetch(url, { headers, signal, redirect: 'manual' });
    if (!response.ok) return SILENT;
    const text = await readAtMost(response, LONGEST_ANSWER);
    return text === null ? { ok: false, why: 'too-much' } : readAnswer(text, name, type);
  } catch {
    return SILENT;
  }
}

/** The text of a response; null if it is longer than `most` bytes. */
async function readAtMost(response: Response, most: number): Promise<string | null> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let [text, length] = ['', 0];
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > most) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
