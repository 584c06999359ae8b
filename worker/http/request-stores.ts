import type { AppContext } from '../context.ts';
import type { Stores } from '../db/stores.ts';
import type { PasswordDeps, SignInDeps } from '../sign-in/deps.ts';
import type { AskDeps } from '../sign-in/link-request.ts';
import { afterResponse } from './after-response.ts';

/** The stores of this request, which most verbs take first. */
export function storesOf(c: AppContext): Stores {
  return { db: c.var.db, tokens: c.env.TOKENS, keyring: c.var.keyring };
}

/** The stores of this request, and how many mails the deployment may send, for asking for links. */
export function askDeps(c: AppContext): AskDeps {
  return { ...storesOf(c), budget: c.var.settings };
}

/** The stores of this request, and its way to run work later, for checking links and codes. */
export function signInDeps(c: AppContext): SignInDeps {
  return { ...storesOf(c), later: (what, work) => afterResponse(c, what, work) };
}

/** The same for checking passwords. */
export function passwordDeps(c: AppContext): PasswordDeps {
  const { db, peppers } = c.var;
  return { db, peppers, later: (what, work) => afterResponse(c, what, work) };
}
