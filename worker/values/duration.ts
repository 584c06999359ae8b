/** Durations in milliseconds, so that a policy reads `minutes(10)`. */
export function seconds(count: number): number {
  return count * 1000;
}

export function minutes(count: number): number {
  return seconds(count * 60);
}

export function hours(count: number): number {
  return minutes(count * 60);
}

export function days(count: number): number {
  return hours(count * 24);
}

/** The whole minutes of a duration, for a page or a mail to print. */
export function minutesIn(duration: number): number {
  return Math.floor(duration / minutes(1));
}

/** A duration for people to read, rounded up to one unit: '5 minutes', '1 hour', '30 days'. */
export function durationWords(duration: number): string {
  if (duration < hours(1)) return counted(duration / minutes(1), 'minute');
  if (duration < days(2)) return counted(duration / hours(1), 'hour');
  return counted(duration / days(1), 'day');
}

function counted(amount: number, unit: string): string {
  const count = Math.ceil(amount);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** Milliseconds at random between the least and the most. */
export function randomWithin({ least, most }: { least: number; most: number }): number {
  return least + Math.random() * (most - least);
}
