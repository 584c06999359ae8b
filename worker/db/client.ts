import { drizzle } from 'drizzle-orm/d1';

export type Db = ReturnType<typeof connect>;

/**
 * Queries over one D1 binding. Always the primary: sessions and access are never read from a replica. Without the schema,
 * which only `db.query` needs: drizzle would work it out anew at every request, for 0.1 ms.
 */
export function connect(binding: D1Database) {
  return drizzle(binding);
}
