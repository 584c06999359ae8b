import { mergeSpf, SPF_MOST_LOOKUPS, SPF_OURS } from '../records/spf.ts';
import { ALL, isSpf, lookingUp, lookUpOf, termsOf, termsRead } from '../records/spf-terms.ts';
import type { SpfCount } from './notes.ts';
import type { LookUp } from './resolver.ts';

/** A record whose terms are still to be counted, and the domain that it is of. */
type Waiting = { domain: string; terms: string[] };

/** What was counted of a record and of all that it includes. */
type Counted = Pick<SpfCount, 'isComplete' | 'broken'> & {
  total: number;
  /** What a receiver asks for beside SPF records. */
  asksFor: { name: string; type: 'A' | 'MX' }[];
};

/** No note gets longer than this, whatever somebody publishes. */
const MOST_NAMED = 3;

/**
 * Counts the look-ups that receivers make for a domain's SPF records, all of them taken together, and for the mail service
 * (RFC 7208, 4.6.4). Null if there are none.
 */
export async function countLookUps(
  lookUp: LookUp,
  domain: string,
  published: string[],
): Promise<SpfCount | null> {
  const records = published.filter(isSpf);
  if (records.length === 0) return null;
  const { isIncluded } = mergeSpf(records);
  const terms = records.flatMap((record) => termsRead(termsOf(record)));
  const own = await count(lookUp, { domain, terms: terms.filter((term) => !ALL.test(term)) });
  const include = { domain, terms: [`include:${SPF_OURS}`] };
  const ours = isIncluded ? null : await count(lookUp, include);
  return {
    own: own.total,
    ours: ours?.total ?? 0,
    isComplete: own.isComplete && (ours?.isComplete ?? true),
    broken: own.broken.slice(0, MOST_NAMED),
    void: (await withoutAnswer(lookUp, own.asksFor)).slice(0, MOST_NAMED),
  };
}

/** Counts level by level, and stops once receivers would. Attack: records that include one another without end. */
async function count(lookUp: LookUp, start: Waiting): Promise<Counted> {
  const counted: Counted = { total: 0, isComplete: true, broken: [], asksFor: [] };
  let waiting: Waiting[] = [start];
  while (waiting.length > 0 && counted.total <= SPF_MOST_LOOKUPS) {
    const names = waiting.flatMap((each) => countTerms(each, counted));
    if (counted.total > SPF_MOST_LOOKUPS) break;
    const found = await Promise.all(names.map((name) => recordAt(lookUp, name, counted)));
    waiting = found.filter((each) => each !== null);
  }
  return counted;
}

/** Adds the terms of a record, and returns the names whose records are to be counted next. */
function countTerms({ domain, terms }: Waiting, counted: Counted): string[] {
  const next: string[] = [];
  for (const term of lookingUp(terms)) {
    counted.total += 1;
    const { kind, name } = lookUpOf(term, domain);
    if (kind === 'record' && name !== null) next.push(name);
    if (kind === 'record' && name === null) counted.isComplete = false;
    if (kind === 'a' && name !== null) counted.asksFor.push({ name, type: 'A' });
    if (kind === 'mx' && name !== null) counted.asksFor.push({ name, type: 'MX' });
  }
  return next;
}

/** The record that is included. A name that has none, or several, makes receivers give up (RFC 7208, 5.2). */
async function recordAt(lookUp: LookUp, name: string, counted: Counted): Promise<Waiting | null> {
  const answer = await lookUp(name);
  const [record, ...more] = answer.ok ? answer.values.filter(isSpf) : [];
  if (!answer.ok || (answer.isCut && record === undefined)) {
    counted.isComplete = false;
    return null;
  }
  if (record !== undefined && more.length === 0) return { domain: name, terms: termsOf(record) };
  counted.broken.push(name);
  return null;
}

async function withoutAnswer(lookUp: LookUp, asked: Counted['asksFor']): Promise<string[]> {
  const isVoid = await Promise.all(
    asked.map(async ({ name, type }) => {
      const answer = await lookUp(name, type);
      return answer.ok && answer.values.length === 0;
    }),
  );
  return [...new Set(asked.filter((_, at) => isVoid[at]).map(({ name }) => name))];
}
