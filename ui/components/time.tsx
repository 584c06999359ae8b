const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function Time({ at, now }: { at: number; now: number }) {
  return (
    <time datetime={new Date(at).toISOString()} title={moment(at)}>
      {ago(at, now)}
    </time>
  );
}

/** A moment to come, or one that has to be exact. */
export function Moment({ at }: { at: number }) {
  return <time datetime={new Date(at).toISOString()}>{moment(at)}</time>;
}

/** How long ago, in words; from two days on, the date. */
export function ago(at: number, now: number): string {
  const past = now - at;
  if (past < MINUTE) return 'just now';
  if (past < HOUR) return count(Math.floor(past / MINUTE), 'minute');
  if (past < DAY) return count(Math.floor(past / HOUR), 'hour');
  if (past < 2 * DAY) return 'yesterday';
  return date(at);
}

/** '12 Nov 2026', in UTC because the server does not know where its reader is. */
export function date(at: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(at);
}

/** '12 Nov 2026 10:42 UTC' */
export function moment(at: number): string {
  return `${date(at)} ${new Date(at).toISOString().slice(11, 16)} UTC`;
}

function count(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'} ago`;
}
