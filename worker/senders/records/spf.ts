/** The term that lets the mail service send for a domain. */
const INCLUDE = 'include:relay.mailchannels.net';

/** RFC 7208, 4.6.4: a record that needs more look-ups gets no result. */
export const SPF_MOST_LOOKUPS = 10;

/** The SPF record that a domain needs, and what is published. */
export type MergedSpf = {
  value: string;
  /** The SPF records that are published. Several count as none. */
  records: string[];
  /** Whether a single record is published, and it lets the mail service send. */
  isIncluded: boolean;
  /** The look-ups of the record itself; those of what it includes come on top. */
  lookups: number;
  /** Whether it lets anybody send. */
  letsAnybody: boolean;
};

/** What is wrong with the published SPF records. */
export type SpfFault = 'several-spf' | 'too-many-lookups' | 'not-included';

/** What is wrong with the published SPF records; null if nothing is, or there are none. */
export function spfFault({ records, isIncluded, lookups }: MergedSpf): SpfFault | null {
  if (records.length === 0) return null;
  if (records.length > 1) return 'several-spf';
  if (lookups > SPF_MOST_LOOKUPS) return 'too-many-lookups';
  return isIncluded ? null : 'not-included';
}

/**
 * Adds the mail service to a domain's SPF record, before `all` and `redirect`: nothing behind them is read. All else stays
 * in its order and spelling. Several records become one.
 */
export function mergeSpf(found: string[]): MergedSpf {
  const records = found.filter(isSpf);
  const [only, ...more] = records;
  const isIncluded = only !== undefined && more.length === 0 && includesUs(termsOf(only));
  const terms = isIncluded ? termsOf(only) : merged(records.flatMap(termsOf));
  return {
    value: ['v=spf1', ...terms].join(' '),
    records,
    isIncluded,
    lookups: terms.filter((term) => LOOKS_UP.test(term)).length,
    letsAnybody: terms.some((term) => /^\+?all$/i.test(term)),
  };
}

/** Whether a text is an SPF record (RFC 7208, 4.5). A domain publishes other texts beside it. */
export function isSpf(text: string): boolean {
  return /^v=spf1(?:\s|$)/i.test(text.trim());
}

const LOOKS_UP = /^(?:[+~?-]?(?:include:|exists:|(?:a|mx|ptr)(?=[:/]|$))|redirect=)/i;
const ALL = /^[+~?-]?all$/i;
const REDIRECT = /^redirect=/i;
/** The term for the mail service with any sign. Only without a sign, or with `+`, it lets mail through. */
const ABOUT_US = /^[+~?-]?include:relay\.mailchannels\.net\.?$/i;
const LETS_US = /^\+?include:relay\.mailchannels\.net\.?$/i;

function termsOf(record: string): string[] {
  return record.trim().split(/\s+/).slice(1);
}

function includesUs(terms: string[]): boolean {
  const end = terms.findIndex((term) => ALL.test(term));
  const read = end === -1 ? terms : terms.slice(0, end);
  return read.some((term) => LETS_US.test(term));
}

function merged(terms: string[]): string[] {
  if (terms.length === 0) return [INCLUDE, '~all'];
  const others = terms.filter((term) => !ABOUT_US.test(term));
  const kept = others.filter((term) => !ALL.test(term) && !REDIRECT.test(term));
  const alls = others.filter((term) => ALL.test(term));
  // `redirect` is not read where there is an `all` (RFC 7208, 6.1)
  const ends = alls.length > 0 ? [strictest(alls)] : others.filter((term) => REDIRECT.test(term));
  return [...once(kept), INCLUDE, ...ends.slice(0, 1)];
}

function strictest(alls: string[]): string {
  const strict = ['-', '~', '?'].flatMap((sign) => alls.filter((all) => all.startsWith(sign)));
  return strict[0] ?? alls[0] ?? '~all';
}

/** Keeps each term where it comes first, in any spelling. Attack: thousands of terms, so one pass has to do. */
function once(terms: string[]): string[] {
  const first = new Map<string, string>();
  for (const term of terms) {
    const spelling = term.toLowerCase();
    if (!first.has(spelling)) first.set(spelling, term);
  }
  return [...first.values()];
}
