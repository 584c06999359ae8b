/** How dates are written: a language's tag and an IANA time zone. The words around them stay English. */
export type DateStyle = { language: string; timeZone: string };

/** Where there is no workspace: the server does not know where its reader is. */
export const HOUSE_DATES: DateStyle = { language: 'en-GB', timeZone: 'UTC' };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in words; from two days on, the date. */
export function ago(at: number, now: number, dates: DateStyle): string {
  const past = now - at;
  if (isFar(at, now)) return writerFor(dates).day.format(at);
  if (past < MINUTE) return 'just now';
  if (past < HOUR) return count(Math.floor(past / MINUTE), 'minute');
  if (past < DAY) return count(Math.floor(past / HOUR), 'hour');
  return 'yesterday';
}

/** '12 Nov 2026 10:42 UTC', '12. Nov. 2026 11:42 MEZ' */
export function moment(at: number, dates: DateStyle): string {
  const { day, time } = writerFor(dates);
  return `${day.format(at)} ${time.format(at)}`;
}

/** The time alone, of a moment within the hour: '10:42 UTC' */
export function clock(at: number, dates: DateStyle): string {
  return writerFor(dates).time.format(at);
}

/** Whether a moment is so long ago that its date is written instead of how long ago it was. */
export function isFar(at: number, now: number): boolean {
  return now - at >= 2 * DAY;
}

function count(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'} ago`;
}

type Writer = { day: Intl.DateTimeFormat; time: Intl.DateTimeFormat };

/** A formatter costs more to make than a page of dates to write; kept for a few tenants at a time. */
const writers = new Map<string, Writer>();
const MOST_WRITERS = 50;

function writerFor(dates: DateStyle): Writer {
  const key = `${dates.language} ${dates.timeZone}`;
  const known = writers.get(key);
  if (known !== undefined) return known;
  const writer = canWrite(dates) ? makeWriter(dates) : makeWriter(HOUSE_DATES);
  if (writers.size >= MOST_WRITERS) writers.clear();
  writers.set(key, writer);
  return writer;
}

function makeWriter({ language, timeZone }: DateStyle): Writer {
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

/** A zone that a later ICU has dropped must not take a page with it. */
export function canWrite({ language, timeZone }: DateStyle): boolean {
  try {
    new Intl.DateTimeFormat(language, { timeZone });
    return true;
  } catch {
    return false;
  }
}
