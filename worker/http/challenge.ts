import type { AppContext } from '../context.ts';
import { passedChallenge, TURNSTILE_FIELD, type TurnstileKeys } from '../sign-in/turnstile.ts';
import { type Form, field } from './form.ts';

/** The keys of the challenge that this form has; null for none. */
export function challengeOf(c: AppContext): TurnstileKeys | null {
  return c.var.showsChallenge === true ? c.var.settings.turnstile : null;
}

/**
 * Whether this form has a challenge, and the visitor did not pass it. It asks Cloudflare: call it after the response, so that
 * its time shows nothing.
 */
export async function isUnchecked(c: AppContext, form: Form): Promise<boolean> {
  const keys = challengeOf(c);
  if (keys === null) return false;
  const { hostname } = new URL(c.var.realm.origin);
  const address = c.req.header('cf-connecting-ip');
  return !(await passedChallenge(keys, field(form, TURNSTILE_FIELD), { hostname, address }));
}
