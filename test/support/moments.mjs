// Moments at which tests that know the date fail. Runs before any package is installed, so it imports nothing.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A test that starts this long before a turn is in the middle of its work when the turn comes. */
const BEFORE = 100;

/** @typedef {{ name: string, at: number }} Moment */

/**
 * The moments that `--clock=all` names, each the next of its kind after `now`.
 * @param {number} now
 * @returns {Moment[]}
 */
export function allMoments(now) {
  const leapDay = nextDate(now, 2, 29);
  const turns = ['Europe/Berlin', 'America/New_York', 'Pacific/Auckland'].flatMap((zone) =>
    nextTurns(zone, now).map((at) => ({ name: `the clocks change, ${zone}`, at: at - BEFORE })),
  );
  return [
    { name: 'a year ahead', at: now + 365 * DAY },
    { name: '29 February', at: leapDay + 12 * HOUR },
    { name: 'the end of 29 February', at: leapDay + DAY - BEFORE },
    { name: 'the end of a month of 31 days', at: nextDate(now, 3, 31) + DAY - BEFORE },
    { name: 'the end of the year', at: nextDate(now, 12, 31) + DAY - BEFORE },
    ...turns,
    {
      name: 'the day after the clocks changed',
      at: (nextTurns('Europe/Berlin', now)[0] ?? now) + 9 * HOUR,
    },
  ];
}

/**
 * The moments that an option names: `+365d` is so many days from now, `2028-02-29` noon of a day, `2028-02-29T23:59:30Z` a
 * moment, `all` those above; null for anything else.
 * @param {string} text
 * @param {number} now
 * @returns {Moment[] | null}
 */
export function momentsOf(text, now) {
  if (text === 'all') return allMoments(now);
  const days = /^([+-]\d+)d$/.exec(text)?.[1];
  if (days !== undefined) return [{ name: text, at: now + Number(days) * DAY }];
  const at = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T12:00:00Z` : text);
  return /^\d{4}-\d\d-\d\d/.test(text) && Number.isFinite(at) ? [{ name: text, at }] : null;
}

/**
 * The next such day in UTC, at its beginning.
 * @param {number} now
 * @param {number} month
 * @param {number} day
 */
function nextDate(now, month, day) {
  for (let year = new Date(now).getUTCFullYear(); ; year++) {
    const at = new Date(Date.UTC(year, month - 1, day));
    if (at.getTime() > now && at.getUTCDate() === day) return at.getTime();
  }
}

/**
 * The next two moments at which the clocks of a time zone change: they change on the hour.
 * @param {string} zone
 * @param {number} now
 */
function nextTurns(zone, now) {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  /** @param {number} at */
  const offset = (at) =>
    format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value;
  const turns = [];
  const hour = Math.ceil(now / HOUR) * HOUR;
  for (let at = hour; turns.length < 2 && at < now + 400 * DAY; at += HOUR) {
    if (offset(at) !== offset(at + HOUR)) turns.push(at + HOUR);
  }
  return turns;
}
