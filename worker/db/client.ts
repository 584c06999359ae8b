import { drizzle } from 'drizzle-orm/d1';
import * as schema from './schema.ts';

export type Db = ReturnType<typeof connect>;

/** Queries over one D1 binding. Always the primary: sessions and access are never read from a replica. */
export function connect(binding: D1Database) {
  return drizzle(binding, { schema });
}
