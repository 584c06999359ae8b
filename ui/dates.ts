/** How dates are written: a BCP 47 language tag and an IANA time zone. The text around them is English. */
export type DateStyle = { language: string; timeZone: string };

/** For pages outside a workspace: the server does not know where its reader is. */
export const DEFAULT_DATES: DateStyle = { language: 'en-GB', timeZone: 'UTC' };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago: 'just now', '5 minutes ago', 'yesterday'; from two days on, the date. */
export function ago(at: number, now: number, dates: DateStyle): string {
  const past = now - at;
  if (showsDate(at, now)) return formattersFor(dates).day.format(at);
  if (past < MINUTE) return 'just now';
  if (past < HOUR) return count(Math.floor(past / MINUTE), 'minute');
  if (past < DAY) return count(Math.floor(past / HOUR), 'hour');
  return 'yesterday';
}

/** '12 Nov 2026 10:42 UTC', '12. Nov. 2026 11:42 MEZ' */
export function moment(at: number, dates: DateStyle): string {
  const { day, time } = formattersFor(dates);
  return `${day.format(at)} ${time.format(at)}`;
}

/** The time without its date: '10:42 UTC' */
export function clock(at: number, dates: DateStyle): string {
  return formattersFor(dates).time.format(at);
}

/** Whether `ago` returns a date: the moment is two days ago or more. */
export function showsDate(at: number, now: number): boolean {
  return now - at >= 2 * DAY;
}

function count(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'} ago`;
}

type Formatters = { day: Intl.DateTimeFormat; time: Intl.DateTimeFormat };

/** Making a formatter costs more than formatting a page of dates, so some are kept, by language and time zone. */
const cache = new Map<string, Formatters>();
const CACHE_SIZE = 50;

function formattersFor(dates: DateStyle): Formatters {
  const key = `${dates.language} ${dates.timeZone}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = makeFormatters(isSupportedDateStyle(dates) ? dates : DEFAULT_DATES);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, made);
  return made;
}

function makeFormatters({ language, timeZone }: DateStyle): Formatters {
  return {
    day: new Intl.DateTimeFormat(language, {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      timeZone,
    }),
    time: new Intl.DateTimeFormat(language, {
      hour: '2-digit',
      minute: '2-digit',
      timeZone,
      timeZoneName: 'short',
    }),
  };
}

/** Whether this engine knows the language and the zone: a page must not fail for a zone that a later ICU has dropped. */
export function isSupportedDateStyle({ language, timeZone }: DateStyle): boolean {
  try {
    new Intl.DateTimeFormat(language, { timeZone });
    return true;
  } catch {
    return false;
  }
}
