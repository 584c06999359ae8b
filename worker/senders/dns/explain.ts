import { keyIn, looksLikeDkim } from '../records/dkim.ts';
import { looksLikeDmarc } from '../records/dmarc.ts';
import { looksLikeLockdown } from '../records/domain-lockdown.ts';
import { isSpf } from '../records/spf-terms.ts';
import type { DnsAnswer } from './answer.ts';
import type { DnsNotes, Misplaced, MisplacedBecause, PublishedKey, RecordNote } from './notes.ts';
import { domainsAbove, type FoundRecords, recordNames, type SenderDomain } from './published.ts';
import type { LookUp } from './resolver.ts';
import { countLookUps } from './spf-count.ts';

const KEYS: PublishedKey[] = ['spf', 'dkim', 'domain-lockdown', 'dmarc'];

/**
 * Finds out what the records alone don't show: what SPF looks up, which texts are a wildcard's, and where a record is that is
 * missing at its name. Adds it to the notes. What can't be found out stays out.
 */
export async function explain(
  lookUp: LookUp,
  of: SenderDomain,
  found: FoundRecords,
): Promise<DnsNotes> {
  const lookUps = await countLookUps(lookUp, of.domain, found.published.spf ?? []);
  const ofWildcard = await Promise.all(KEYS.map((key) => isOfWildcard(lookUp, of, key, found)));
  const own = KEYS.filter((_, at) => !ofWildcard[at]);
  const misplaced = await Promise.all(
    KEYS.map((key) => findMisplaced(lookUp, of, key, found, own)),
  );
  const livesByWildcard = await takesMailByWildcard(lookUp, of);
  const notes = KEYS.map((key, at): RecordNote => {
    const place = misplaced[at] ?? null;
    return {
      ...found.notes[key],
      ...(key === 'spf' && lookUps !== null ? { lookUps } : {}),
      ...(key === 'spf' && livesByWildcard ? { livesByWildcard } : {}),
      ...(ofWildcard[at] ? { isWildcard: true } : {}),
      ...(place === null ? {} : { misplaced: place }),
    };
  });
  const [spf = {}, dkim = {}, lockdown = {}, dmarc = {}] = notes;
  return { spf, dkim, 'domain-lockdown': lockdown, dmarc };
}

/** Whether a name that nobody has published gives the same answer, so that it is not this name's own (RFC 4592). */
async function isOfWildcard(
  lookUp: LookUp,
  of: SenderDomain,
  key: PublishedKey,
  { answers, published }: FoundRecords,
): Promise<boolean> {
  const name = recordNames(of)[key];
  const parent = name.slice(name.indexOf('.') + 1);
  const isThere = hasSomething(answers[key]) && (key !== 'spf' || published.spf?.length !== 0);
  if (!isThere || (key === 'spf' && domainsAbove(of.domain).length === 0)) return false;
  return isSameAnswer(answers[key], await lookUp(`${nobodysLabel(of)}.${parent}`));
}

/** Whether the domain takes mail by a wildcard above it. A name of its own, or one below it, ends that (RFC 4592, 2.2.1). */
async function takesMailByWildcard(lookUp: LookUp, of: SenderDomain): Promise<boolean> {
  const { domain } = of;
  if (domainsAbove(domain).length === 0) return false;
  const parent = domain.slice(domain.indexOf('.') + 1);
  const nobodys = await lookUp(`${nobodysLabel(of)}.${parent}`, 'MX');
  return hasSomething(nobodys) && isSameAnswer(await lookUp(domain, 'MX'), nobodys);
}

/** A label that nobody uses: another for each selector, and the same at each check. Selectors are random. */
function nobodysLabel({ selector }: SenderDomain): string {
  return `${selector}-nobody`;
}

function hasSomething(answer: DnsAnswer): boolean {
  return answer.ok && (answer.values.length > 0 || answer.alias !== null);
}

function isSameAnswer(one: DnsAnswer, other: DnsAnswer): boolean {
  if (!one.ok || !other.ok || one.alias !== other.alias) return false;
  return JSON.stringify(one.values.toSorted()) === JSON.stringify(other.values.toSorted());
}

type Place = { at: string; because: MisplacedBecause };

/**
 * Where a record is that its name does not have; null if it has one, or if none is found.
 * @param own the records whose texts are not a wildcard's
 */
async function findMisplaced(
  lookUp: LookUp,
  of: SenderDomain,
  key: PublishedKey,
  { answers, published, notes }: FoundRecords,
  own: PublishedKey[],
): Promise<Misplaced | null> {
  const isMissing = published[key]?.length === 0 && notes[key].isCut !== true;
  if (!isMissing) return null;
  const belongs = isOurs(key, of);
  const has = (answer: DnsAnswer) => answer.ok && answer.values.some(belongs);
  const names = recordNames(of);
  const other = own.find((each) => each !== key && has(answers[each]));
  if (other !== undefined) return { at: names[other], because: 'another-name' };
  const places = placesOf(names[key], of.domain);
  const found = await Promise.all(places.map(async ({ at }) => has(await lookUp(at))));
  const place = places.find((_, at) => found[at]);
  if (place === undefined) return null;
  const isWildcard = has(await lookUp(`${nobodysLabel(of)}.${of.domain}`));
  return isWildcard ? null : place;
}

/** What would be the record if it stood at its name. */
function isOurs(key: PublishedKey, { dkimValue }: SenderDomain): (text: string) => boolean {
  switch (key) {
    case 'spf':
      return isSpf;
    case 'dkim':
      return (text) =>
        dkimValue === null
          ? looksLikeDkim(text) && keyIn(text) !== ''
          : keyIn(text) === keyIn(dkimValue);
    case 'domain-lockdown':
      return looksLikeLockdown;
    case 'dmarc':
      return looksLikeDmarc;
  }
}

/** The names at which panels put what is entered for a name. */
function placesOf(name: string, domain: string): Place[] {
  const [zone] = domainsAbove(domain);
  const zones = zone === undefined ? [domain] : [domain, zone];
  const doubled = zones.map((each): Place => ({ at: `${name}.${each}`, because: 'doubled' }));
  const plain = `${name.slice(0, -domain.length).replaceAll('_', '')}${domain}`;
  return plain === name ? doubled : [...doubled, { at: plain, because: 'no-underscore' }];
}
