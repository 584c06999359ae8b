import { resolveTxt } from 'node:dns/promises';
import * as v from 'valibot';
import { DNS_TIME_OUT } from '../limits/rules.ts';
import { withTimeout } from '../mail-services/timeout.ts';

/** The texts published under a name; none; or null when nobody could say. */
export type Texts = string[] | null;

/** Text records are anybody's: no page needs more, or longer ones, and the row they are kept in stays small. */
const MOST = 20;
const LONGEST = 2000;

/**
 * Looks the text records of a name up, over HTTPS (workerd's own `node:dns`). It decides nothing: the mail service does. It
 * is for words that name what is there.
 */
export function lookUpTxt(name: string): Promise<Texts> {
  return withTimeout(lookUp(name), DNS_TIME_OUT, null);
}

async function lookUp(name: string): Promise<Texts> {
  try {
    const records = await resolveTxt(name);
    return records.slice(0, MOST).map((parts) => parts.join('').slice(0, LONGEST));
  } catch (error) {
    return isAbsence(error) ? [] : null;
  }
}

const Absence = v.object({ code: v.picklist(['ENOTFOUND', 'ENODATA']) });

function isAbsence(error: unknown): boolean {
  return v.is(Absence, error);
}
