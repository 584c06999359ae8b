import type { Domains } from '../mail-services/mailchannels/domains.ts';
import type { Texts } from './dns.ts';
import type { Published } from './dns-results.ts';
import { isSpf } from './records/spf.ts';

/** What is published of the records that a sender needs, at the names where they belong. */
export async function publishedAt(
  { published }: Domains,
  domain: string,
  selector: string,
): Promise<Published> {
  const [spf, dkim, lockdown, dmarc] = await Promise.all([
    published(domain),
    published(`${selector}._domainkey.${domain}`),
    published(`_mailchannels.${domain}`),
    policiesFor(published, domain),
  ]);
  // a domain's own texts are many, and nobody's business but those on SPF
  return { spf: spf?.filter(isSpf) ?? null, dkim, lockdown, dmarc };
}

/** How far up a policy is looked for: nearly all are one step away. */
const MOST_PARENTS = 2;

/** A domain's DMARC policy, or that of a domain above it (RFC 7489, 6.6.3), whose organisation's it is. */
async function policiesFor(published: Domains['published'], domain: string): Promise<Texts> {
  const labels = domain.split('.');
  const steps = Math.min(labels.length - 2, MOST_PARENTS);
  const names = Array.from({ length: steps + 1 }, (_, step) => labels.slice(step).join('.'));
  const texts = await Promise.all(names.map((name) => published(`_dmarc.${name}`)));
  const policies = texts.map((each) => each?.filter(isDmarc));
  return policies.find((each) => each !== undefined && each.length > 0) ?? texts[0] ?? null;
}

/** Whether a text is a DMARC policy (RFC 7489, 6.6.3). */
export function isDmarc(text: string): boolean {
  return /^v=DMARC1(?:[\s;]|$)/i.test(text.trim());
}
