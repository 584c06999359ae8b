import type { BatchItem } from 'drizzle-orm/batch';
import type { Db } from './client.ts';

type Statements = Record<string, BatchItem<'sqlite'>>;

/** Runs statements as one transaction, in the order of their names. Returns the result of each by its name. */
export async function inOneBatch<Named extends Statements>(
  db: Db,
  statements: Named,
): Promise<{ [Name in keyof Named]: Named[Name]['_']['result'] }> {
  const [first, ...others] = Object.values(statements);
  if (first === undefined) throw new Error('a batch has at least one statement');
  const results = await db.batch([first, ...others]);
  const named = Object.keys(statements).map((name, nth) => [name, results[nth]]);
  return Object.fromEntries(named) as { [Name in keyof Named]: Named[Name]['_']['result'] };
}
