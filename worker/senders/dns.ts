import { resolveTxt } from 'node:dns/promises';
import * as v from 'valibot';
import { withTimeout } from '../mail-services/timeout.ts';
import { seconds } from '../values/duration.ts';
import { isDmarc } from './records/dmarc.ts';
import { isSpf } from './records/spf.ts';

/** The TXT records of a name; an empty list if it has none; null if DNS did not answer. */
export type TxtRecords = string[] | null;

/** Looks up the TXT records of a name. It never throws. */
export type LookUpTxt = (name: string) => Promise<TxtRecords>;

/** What a domain publishes of the records that a sender needs. */
export type PublishedRecords = Record<'spf' | 'dkim' | 'domain-lockdown' | 'dmarc', TxtRecords>;

/** A person waits for this look-up on a page, and a check can do without it. */
const DNS_TIME_OUT = seconds(3);

/** Anybody can publish TXT records. No page needs more or longer ones, and the row that keeps them stays small. */
const MOST_RECORDS = 20;
const LONGEST_RECORD = 2000;

/** Looks up what a domain publishes of the records of a sender. The mail service decides; this only explains. */
export async function lookUpRecords(
  lookUp: LookUpTxt,
  domain: string,
  selector: string,
): Promise<PublishedRecords> {
  const [txt, dkim, lockdown, dmarc] = await Promise.all([
    lookUp(domain),
    lookUp(`${selector}._domainkey.${domain}`),
    lookUp(`_mailchannels.${domain}`),
    lookUpDmarc(lookUp, domain),
  ]);
  // a domain has many TXT records, and only SPF is our business
  return { spf: txt?.filter(isSpf) ?? null, dkim, 'domain-lockdown': lockdown, dmarc };
}

/** How many domains above a domain are asked for a policy. Nearly all policies are one step up. */
const MOST_PARENTS = 2;

/** The DMARC policy of a domain, or of the nearest domain above that has one (RFC 7489, 6.6.3). */
async function lookUpDmarc(lookUp: LookUpTxt, domain: string): Promise<TxtRecords> {
  const labels = domain.split('.');
  const steps = Math.min(labels.length - 2, MOST_PARENTS);
  const names = Array.from({ length: steps + 1 }, (_, step) => labels.slice(step).join('.'));
  const found = await Promise.all(names.map((name) => lookUp(`_dmarc.${name}`)));
  const policies = found.map((records) => records?.filter(isDmarc));
  return policies.find((each) => each !== undefined && each.length > 0) ?? found[0] ?? null;
}

/** Looks up TXT records over HTTPS, as workerd's `node:dns` does. */
export function lookUpTxt(name: string): Promise<TxtRecords> {
  return withTimeout(resolve(name), DNS_TIME_OUT, null);
}

async function resolve(name: string): Promise<TxtRecords> {
  try {
    const records = await resolveTxt(name);
    return records.slice(0, MOST_RECORDS).map((parts) => parts.join('').slice(0, LONGEST_RECORD));
  } catch (error) {
    return isAbsence(error) ? [] : null;
  }
}

const Absence = v.object({ code: v.picklist(['ENOTFOUND', 'ENODATA']) });

function isAbsence(error: unknown): boolean {
  return v.is(Absence, error);
}
