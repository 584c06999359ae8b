import type { AppContext } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import { logError } from '../../http/log.ts';
import type { PasswordRefusal } from '../../sign-in/password.ts';
import { forgiveTries, type TrySubjects } from '../../sign-in/password-throttle.ts';
import { durationWords } from '../../values/duration.ts';

/** The public words for a refused password: the same for an address we know and one we don't. */
export function passwordRefused(
  c: AppContext,
  refusal: PasswordRefusal,
): { words: string; status: 401 | 429 } {
  if (refusal.why === 'wrong') {
    const words =
      'That address and password don’t go together. Try again, or have a link mailed instead.';
    return { words, status: 401 };
  }
  const wait = Math.max(refusal.until - c.var.now, 1000);
  c.header('retry-after', String(Math.ceil(wait / 1000)));
  const words = `Too many wrong passwords. Try again in ${durationWords(wait)}, or have a link mailed: that works at once.`;
  return { words, status: 429 };
}

/** Logs a refusal whose stored hash cannot be read. */
export function logUnreadable(c: AppContext, refusal: PasswordRefusal): void {
  if (refusal.why !== 'wrong' || refusal.unreadable === null) return;
  logError(c, 'password not readable', refusal.unreadable);
}

/** A right password is no failure: nothing of it stays counted. */
export function forgiveTriesLater(c: AppContext, subjects: TrySubjects): void {
  const { db } = c.var;
  afterResponse(c, 'take back a try', () => forgiveTries(db, subjects));
}
