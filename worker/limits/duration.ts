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

/** How many whole minutes a duration is, for a page or a mail to print. */
export function minutesIn(duration: number): number {
  return Math.floor(duration / minutes(1));
}

/** A duration for people to read, rounded up to what they think in: '5 minutes', '1 hour', '24 hours'. */
export function durationWords(duration: number): string {
  const inMinutes = Math.ceil(duration / minutes(1));
  const [count, unit] =
    inMinutes < 60 ? [inMinutes, 'minute'] : [Math.ceil(duration / hours(1)), 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
