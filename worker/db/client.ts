import { drizzle } from 'drizzle-orm/d1';

export type Db = ReturnType<typeof connect>;

/**
 * Connects drizzle to a D1 binding. All queries go to the primary: sessions and access are never read from a replica.
 * It gets no schema, which only `db.query` needs, because drizzle would parse it at every request (0.1 ms).
 */
export function connect(binding: D1Database) {
  return drizzle(binding);
}
