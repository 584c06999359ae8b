import { rows } from './stores.ts';

/** The passwords that are counted, by rule: of each subject its count. */
export async function passwordTries(): Promise<{ address: number[]; origin: number[] }> {
  const counted = await rows('SELECT key, count FROM tries ORDER BY count');
  const of = (rule: string) =>
    counted.filter(({ key }) => String(key).startsWith(rule)).map(({ count }) => Number(count));
  return { address: of('password/address:'), origin: of('password/origin:') };
}

/** How many answers there were of each status. */
export function tally(answers: Response[]): Record<number, number> {
  const found: Record<number, number> = {};
  for (const { status } of answers) found[status] = (found[status] ?? 0) + 1;
  return found;
}
