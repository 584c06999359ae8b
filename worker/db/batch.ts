import type { BatchItem } from 'drizzle-orm/batch';
import type { Db } from './client.ts';

type Statements = Record<string, BatchItem<'sqlite'>>;
type Results<Named extends Statements> = { [Name in keyof Named]: Named[Name]['_']['result'] };

/** Runs statements as one D1 batch, which is one transaction, in their order. Returns each result under its name. */
export async function batchByName<Named extends Statements>(
  db: Db,
  statements: Named,
): Promise<Results<Named>> {
  const [first, ...others] = Object.values(statements);
  if (first === undefined) throw new Error('a batch needs a statement');
  const results = await db.batch([first, ...others]);
  const entries = Object.keys(statements).map((name, index) => [name, results[index]]);
  // `batch` answers in the order of the statements
  return Object.fromEntries(entries) as Results<Named>;
}
