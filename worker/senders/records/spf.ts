import { type CopiedMark, copiedMark, withoutCopiedMarks } from './copied.ts';
import {
  ALL,
  isSpf,
  lookingUp,
  looksLikeSpf,
  REDIRECT,
  termsOf,
  termsRead,
  unreadableTerm,
} from './spf-terms.ts';

/** The name whose SPF record lets the mail service send. */
export const SPF_OURS = 'relay.mailchannels.net';
const INCLUDE = `include:${SPF_OURS}`;

/** RFC 7208, 4.6.4: a record that needs more look-ups gets no result. */
export const SPF_MOST_LOOKUPS = 10;

/** The same: so does one that asks for more names without an answer. */
export const SPF_MOST_VOID = 2;

/** The SPF record that a domain needs, and what is published. */
export type MergedSpf = {
  /** With an unreadable term of what is published, receivers can't read this either. */
  value: string;
  /** The SPF records that are published. Several count as none. */
  records: string[];
  /** What was meant to be one, and is not read as one. */
  unread: string[];
  /** What was copied into them; null for nothing. */
  mark: CopiedMark | null;
  /** Whether a single record is published, and it lets the mail service send. */
  isIncluded: boolean;
  /** The look-ups of the record itself; those of what it includes come on top. */
  lookups: number;
  /** The first term that receivers can't read; null if they can read all. */
  unreadable: string | null;
  /** Whether it lets anybody send. */
  letsAnybody: boolean;
  /** Whether it says what holds for mail from elsewhere. */
  hasEnd: boolean;
};

/** What is wrong with the published SPF records, as far as they show themselves. */
export type SpfFault =
  | CopiedMark
  | 'several-spf'
  | 'spf-version'
  | 'unreadable-term'
  | 'too-many-lookups'
  | 'too-many-with-ours'
  | 'not-included';

/** What is wrong with the published SPF records; null if nothing is, or there are none. */
export function spfFault(merged: MergedSpf): SpfFault | null {
  const { records, unread, mark, isIncluded, lookups, unreadable } = merged;
  if (records.length > 1) return 'several-spf';
  if (records.length === 0 && unread.length === 0) return null;
  if (unreadable !== null) return 'unreadable-term';
  if (mark !== null) return mark;
  if (records.length === 0) return 'spf-version';
  if (lookups - (isIncluded ? 0 : 1) > SPF_MOST_LOOKUPS) return 'too-many-lookups';
  if (lookups > SPF_MOST_LOOKUPS) return 'too-many-with-ours';
  return isIncluded ? null : 'not-included';
}

/**
 * Adds the mail service to a domain's SPF record, before `all` and `redirect`: nothing behind them is read. All else stays
 * in its order and spelling. Several records become one.
 */
export function mergeSpf(found: string[]): MergedSpf {
  const records = found.filter(isSpf);
  const unread = found.filter((text) => !isSpf(text) && looksLikeSpf(text));
  const [only, ...more] = records;
  const mark =
    (records.length > 0 ? records : unread).map(copiedMark).find((each) => each !== null) ?? null;
  const isAlone = only !== undefined && more.length === 0 && mark === null;
  const isIncluded = isAlone && includesUs(termsOf(only));
  const meant = records.length > 0 ? records : unread;
  const sources = meant.map(mark === null && records.length > 0 ? termsOf : mendedTerms);
  const terms = isIncluded ? termsOf(only) : merged(sources);
  const unreadable = firstUnreadable(sources);
  return {
    value: ['v=spf1', ...terms].join(' '),
    records,
    unread,
    mark,
    isIncluded,
    lookups: lookingUp(terms).length,
    unreadable,
    letsAnybody: terms.some((term) => /^\+?all$/i.test(term)),
    hasEnd: terms.some((term) => ALL.test(term) || REDIRECT.test(term)),
  };
}

/** The term for the mail service with any sign. Only without a sign, or with `+`, it lets mail through. */
const ABOUT_US = /^[+~?-]?include:relay\.mailchannels\.net\.?$/i;
const LETS_US = /^\+?include:relay\.mailchannels\.net\.?$/i;

/** The terms of a text that receivers don't read as a record, without what keeps them from it. */
function mendedTerms(text: string): string[] {
  const plain = withoutCopiedMarks(text).replace(/^.{0,9}?v {0,9}= {0,9}spf1/i, '');
  return plain.split(/[ ;,]+/).filter((term) => term !== '');
}

function includesUs(terms: string[]): boolean {
  return termsRead(terms).some((term) => LETS_US.test(term));
}

function firstUnreadable(sources: string[][]): string | null {
  const found = sources.map(unreadableTerm);
  return found.find((term) => term !== null) ?? null;
}

/** The terms of one record for all, of the terms of each. */
function merged(sources: string[][]): string[] {
  if (sources.flat().length === 0) return [INCLUDE, '~all'];
  const parts = sources.map(partsOf);
  const redirects = sources.flatMap(redirectsIn);
  const isAlone = sources.length === 1;
  // among several, whom a `redirect` names is let send by an `include`
  const included = isAlone ? [] : redirects.map((term) => term.replace(REDIRECT, 'include:'));
  const alls = sources.flatMap((terms) => terms.filter((term) => ALL.test(term)).slice(0, 1));
  const ends = alls.length > 0 ? [strictest(alls)] : redirects;
  return [
    ...once([...parts.flatMap(({ read }) => read), ...included]),
    INCLUDE,
    ...(isAlone || alls.length > 0 || redirects.length === 0 ? ends.slice(0, 1) : ['~all']),
    ...once(parts.flatMap(({ dead }) => dead)),
  ];
}

function redirectsIn(terms: string[]): string[] {
  return termsRead(terms).filter((term) => REDIRECT.test(term));
}

/** The terms of a record beside `all`, `redirect` and ours: those that are read, and those behind `all`, which are not. */
function partsOf(terms: string[]): { read: string[]; dead: string[] } {
  const end = terms.findIndex((term) => ALL.test(term));
  const others = (some: string[]) =>
    some.filter((term) => !ALL.test(term) && !REDIRECT.test(term) && !ABOUT_US.test(term));
  if (end === -1) return { read: others(terms), dead: [] };
  return { read: others(terms.slice(0, end)), dead: others(terms.slice(end + 1)) };
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
