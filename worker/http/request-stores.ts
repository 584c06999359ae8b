import type { Context } from 'hono';
import type { AppEnv } from '../context.ts';
import type { Stores } from '../db/stores.ts';

/** Where things are kept, and the keys to them: what most concepts work with, of this request. */
export function storesOf(c: Context<AppEnv>): Stores {
  return { db: c.var.db, tokens: c.env.TOKENS, keyring: c.var.keyring };
}
