import type { Context } from 'hono';
import type { AppEnv } from '../context.ts';
import type { Stores } from '../db/stores.ts';

/** The stores of this request, which most verbs take first. */
export function storesOf(c: Context<AppEnv>): Stores {
  return { db: c.var.db, tokens: c.env.TOKENS, keyring: c.var.keyring };
}
