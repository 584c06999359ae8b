import { looksLikeDkim } from '../records/dkim.ts';
import { looksLikeDmarc, policyOf, psdOf } from '../records/dmarc.ts';
import { looksLikeLockdown } from '../records/domain-lockdown.ts';
import { looksLikeSpf } from '../records/spf-terms.ts';
import type { DnsAnswer } from './answer.ts';
import type { DnsNotes, PublishedKey, RecordNote } from './notes.ts';
import type { LookUp } from './resolver.ts';

/** The TXT records of a name; an empty list if it has none for sure; null if nobody could say. */
export type TxtRecords = string[] | null;

/** What a domain publishes of the records that a sender needs. */
export type PublishedRecords = Record<PublishedKey, TxtRecords>;

/** The domain of a sender, and what belongs to its key. */
export type SenderDomain = { domain: string; selector: string; dkimValue: string | null };

/** What a check found: the texts that matter, what else is to be said about them, and the answers as they came. */
export type FoundRecords = {
  published: PublishedRecords;
  notes: DnsNotes;
  answers: Record<PublishedKey, DnsAnswer>;
};

/** The names of a sender's records. */
export function recordNames({ domain, selector }: Pick<SenderDomain, 'domain' | 'selector'>) {
  return {
    spf: domain,
    dkim: `${selector}._domainkey.${domain}`,
    'domain-lockdown': `_mailchannels.${domain}`,
    dmarc: `_dmarc.${domain}`,
  };
}

/** Looks up what a domain publishes of the records of a sender. The mail service decides; this only explains. */
export async function lookUpRecords(lookUp: LookUp, of: SenderDomain): Promise<FoundRecords> {
  const names = recordNames(of);
  const [spf, dkim, lockdown, own, above] = await Promise.all([
    lookUp(names.spf),
    lookUp(names.dkim),
    lookUp(names['domain-lockdown']),
    lookUp(names.dmarc),
    lookUpAbove(lookUp, of.domain),
  ]);
  const answers = { spf, dkim, 'domain-lockdown': lockdown, dmarc: own };
  // a domain has many TXT records: what concerns a sender is picked first, and counted then
  const picked = {
    spf: pick(spf, looksLikeSpf, 'only'),
    dkim: pick(dkim, looksLikeDkim, 'or others'),
    'domain-lockdown': pick(lockdown, looksLikeLockdown, 'or others'),
    dmarc: pickPolicy(pick(own, looksLikeDmarc, 'only'), above),
  };
  return {
    published: mapKeys(picked, ({ texts }) => texts),
    notes: mapKeys(picked, ({ note }) => note),
    answers,
  };
}

function mapKeys<From, To>(
  of: Record<PublishedKey, From>,
  map: (from: From) => To,
): Record<PublishedKey, To> {
  return {
    spf: map(of.spf),
    dkim: map(of.dkim),
    'domain-lockdown': map(of['domain-lockdown']),
    dmarc: map(of.dmarc),
  };
}

type Picked = { texts: TxtRecords; note: RecordNote };

/** Anybody can publish TXT records. No page needs more or longer ones, and the row that keeps them stays small. */
const MOST_RECORDS = 8;
const LONGEST_RECORD = 2000;
const LONGEST_NAME = 253;

/** The texts that matter, and whether there are more than are kept. `or others`: where none matters, what is there instead. */
function pick(
  answer: DnsAnswer,
  matters: (text: string) => boolean,
  which: 'only' | 'or others',
): Picked {
  if (!answer.ok) return { texts: null, note: answer.why === 'too-much' ? { isCut: true } : {} };
  const { values, alias } = answer;
  const mattering = values.filter(matters);
  const wanted = mattering.length > 0 || which === 'only' ? mattering : values;
  const isCut =
    answer.isCut ||
    wanted.length > MOST_RECORDS ||
    wanted.some((text) => text.length > LONGEST_RECORD);
  return {
    texts: wanted.slice(0, MOST_RECORDS).map((text) => text.slice(0, LONGEST_RECORD)),
    note: {
      ...(isCut ? { isCut } : {}),
      ...(alias === null ? {} : { alias: alias.slice(0, LONGEST_NAME) }),
    },
  };
}

/** How many domains above a domain are asked for a policy. */
const MOST_ABOVE = 2;

/** What the domains above a domain say about DMARC, the one with the fewest labels first. */
async function lookUpAbove(
  lookUp: LookUp,
  domain: string,
): Promise<{ domain: string; found: Picked }[]> {
  return Promise.all(
    domainsAbove(domain)
      .slice(0, MOST_ABOVE)
      .map(async (above) => {
        const found = pick(await lookUp(`_dmarc.${above}`), looksLikeDmarc, 'only');
        return { domain: above, found };
      }),
  );
}

/** The domains above a domain, the one with the fewest labels first. Nobody's domain has one label. */
export function domainsAbove(domain: string): string[] {
  const labels = domain.split('.');
  const above = labels.slice(1, -1).map((_, at) => labels.slice(at + 1).join('.'));
  return above.toReversed();
}

/**
 * The policy of a domain, or the one of its organization that holds for it: a name between the two has no say (RFC 9989, 4.10;
 * RFC 7489, 6.6.3). Null if one of them could not be asked.
 */
function pickPolicy(own: Picked, above: { domain: string; found: Picked }[]): Picked {
  if (own.texts === null || own.texts.length > 0 || own.note.isCut) return own;
  if (above.some(({ found }) => found.texts === null || found.note.isCut)) {
    return { texts: null, note: own.note };
  }
  const valid = above.filter(({ found }) => policyOf(found.texts ?? [], true) !== null);
  const psd = (wanted: string) => (each: (typeof valid)[number]) =>
    psdOf(each.found.texts ?? []) === wanted;
  const organization =
    valid.findLast(psd('n')) ?? valid.find((each) => !psd('y')(each)) ?? valid[0];
  if (organization === undefined) return own;
  const { domain, found } = organization;
  return { texts: found.texts, note: { above: domain } };
}
