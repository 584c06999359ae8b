/** What lets the mail service send for a domain. */
const INCLUDE = 'include:relay.mailchannels.net';
/** RFC 7208, 4.6.4: whoever asks for more look-ups gets no answer. */
export const SPF_MOST_LOOKUPS = 10;

/** What a domain's SPF record is to hold, given what is there, and what is odd about that. */
export type MergedSpf = {
  value: string;
  /** Of all that is there; a domain has one, or as good as none. */
  records: string[];
  /** Whether the one that is there lets the mail service send already. */
  isIncluded: boolean;
  /** Those that can be seen in the record itself; what it includes may ask for more. */
  lookups: number;
  /** Whether it ends by letting everybody send. */
  letsAnybody: boolean;
};

/**
 * Adds the mail service to a domain's SPF, where it counts: before `all` and `redirect`, behind which nothing is read. The
 * rest stays as it is, in order and spelling. Several records, which count as none, become one.
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

/** Whether a text is an SPF record (RFC 7208, 4.5): a domain publishes others beside it. */
export function isSpf(text: string): boolean {
  return /^v=spf1(?:\s|$)/i.test(text.trim());
}

const LOOKS_UP = /^(?:[+~?-]?(?:include:|exists:|(?:a|mx|ptr)(?=[:/]|$))|redirect=)/i;
const ALL = /^[+~?-]?all$/i;
const REDIRECT = /^redirect=/i;
/** In any spelling; only a plain or a `+` one lets mail through. */
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

/** Each term where it comes first, in any spelling. One pass: who fills a domain's DNS may fill it with thousands. */
function once(terms: string[]): string[] {
  const first = new Map<string, string>();
  for (const term of terms) {
    const spelling = term.toLowerCase();
    if (!first.has(spelling)) first.set(spelling, term);
  }
  return [...first.values()];
}
