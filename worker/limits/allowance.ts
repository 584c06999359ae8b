import type { Allowance } from './rules.ts';

/** How many are allowed, and until when; `until` is null where more are never allowed. */
export type Allowed = { most: number; until: number | null };

/** What is allowed to something that began at `since`; null when there is no limit, or none any more. */
export function allowedAt(allowance: Allowance, since: number, now: number): Allowed | null {
  const step = allowance.find(({ youngerThan }) => now - since < youngerThan);
  if (step === undefined) return null;
  const until = since + step.youngerThan;
  return { most: step.most, until: Number.isFinite(until) ? until : null };
}
