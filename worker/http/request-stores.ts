import type { AppContext } from '../context.ts';
import type { Stores } from '../db/stores.ts';
import type { PasswordDeps, SignInDeps } from '../sign-in/deps.ts';
import { afterResponse } from './after-response.ts';

/** Where things are kept, and the keys to them: what most concepts work with, of this request. */
export function storesOf(c: AppContext): Stores {
  return { db: c.var.db, tokens: c.env.TOKENS, keyring: c.var.keyring };
}

/** What links and codes are checked with. */
export function signInDeps(c: AppContext): SignInDeps {
  return { ...storesOf(c), later: (what, work) => afterResponse(c, what, work) };
}

/** What passwords are checked with. */
export function passwordDeps(c: AppContext): PasswordDeps {
  const { db, peppers } = c.var;
  return { db, peppers, later: (what, work) => afterResponse(c, what, work) };
}
