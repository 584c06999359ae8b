import type { AppContext } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { logError } from '../../http/log.ts';
import type { PasswordRefusal } from '../../sign-in/password.ts';
import { forgiveTries, type TrySubjects } from '../../sign-in/password-throttle.ts';
import { durationWords } from '../../values/duration.ts';

/** The public words for a refused password. They are the same for known and unknown addresses. */
export function passwordRefused(
  c: AppContext,
  refusal: PasswordRefusal,
): { words: string; status: 401 | 429 } {
  if (refusal.why === 'wrong') {
    const words =
      'This email address and password do not match. Try again, or ask for a sign-in link.';
    return { words, status: 401 };
  }
  const wait = Math.max(refusal.until - c.var.now, 1000);
  c.header('retry-after', String(Math.ceil(wait / 1000)));
  const words = `Too many wrong passwords. Try again in ${durationWords(wait)}, or ask for a sign-in link, which works at once.`;
  return { words, status: 429 };
}

/** Logs a refusal whose stored hash cannot be read. */
export function logUnreadable(c: AppContext, refusal: PasswordRefusal): void {
  if (refusal.why !== 'wrong' || refusal.unreadable === null) return;
  logError(c, 'password not readable', refusal.unreadable);
}

/** Takes the try of a right password back, after the response. */
export function forgiveTriesLater(c: AppContext, subjects: TrySubjects): void {
  const { db } = c.var;
  afterResponse(c, 'take back a try', () => forgiveTries(db, subjects));
}
