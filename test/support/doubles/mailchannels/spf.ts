import type { Zone } from '../dns.ts';

/** The `include` that lets MailChannels send for a domain. */
export const RELAY = 'relay.mailchannels.net';
/** RFC 7208, 4.6.4: who asks for more look-ups than this gets no answer. */
const MOST_LOOKUPS = 10;

type Judged = { verdict: string; spfRecord?: string; reason?: string };

/** What a receiver makes of mail that MailChannels sends for a domain (RFC 7208), in the words of its API. */
export function judgeSpf(zone: Zone, domain: string): Judged {
  const records = spfOf(zone, domain);
  const [spfRecord] = records;
  if (spfRecord === undefined) return { verdict: 'none', reason: 'No SPF record was found.' };
  if (records.length > 1) return { verdict: 'permanent error', reason: 'More than one record.' };
  const verdict = evaluate(zone, spfRecord, { lookups: 0 });
  return { spfRecord, verdict, ...(verdict === 'passed' ? {} : { reason: 'upstream words' }) };
}

const BY_QUALIFIER: Record<string, string> = {
  '+': 'passed',
  '-': 'failed',
  '~': 'soft failed',
  '?': 'neutral',
};

function evaluate(zone: Zone, record: string, count: { lookups: number }): string {
  const terms = record.trim().toLowerCase().split(/\s+/).slice(1);
  for (const term of terms) {
    const [, qualifier = '+', mechanism = ''] = /^([+~?-]?)(.*)$/.exec(term) ?? [];
    if (mechanism === 'all') return BY_QUALIFIER[qualifier || '+'] ?? 'neutral';
    const included = /^include:(.+)$/.exec(mechanism)?.[1];
    if (included === undefined) continue;
    count.lookups += 1;
    if (count.lookups > MOST_LOOKUPS) return 'permanent error';
    if (included === RELAY) return BY_QUALIFIER[qualifier || '+'] ?? 'passed';
    const [other] = spfOf(zone, included);
    if (other !== undefined && evaluate(zone, other, count) === 'passed') return 'passed';
  }
  const redirect = terms.map((term) => /^redirect=(.+)$/.exec(term)?.[1]).find(Boolean);
  const [other] = redirect === undefined ? [] : spfOf(zone, redirect);
  return other === undefined ? 'neutral' : evaluate(zone, other, count);
}

function spfOf(zone: Zone, domain: string): string[] {
  return zone.get(domain).filter((text) => /^v=spf1(\s|$)/i.test(text));
}
