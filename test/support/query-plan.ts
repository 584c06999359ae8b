import { env } from 'cloudflare:workers';
import { rows } from './database.ts';

/**
 * The steps of a plan that read a whole table. D1 bills by rows read, so a scan that is nothing today is
 * slow and dear with the thousandth contact. Scans of a constant row or of a subquery's few rows are none.
 */
export async function scansOf(sql: string): Promise<string[]> {
  const tables = await rows(`SELECT name FROM sqlite_schema WHERE type = 'table'`);
  const names = new Set(tables.map(({ name }) => String(name)));
  const unbound = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`);
  const holes = sql.replace(/'(?:[^']|'')*'/g, '').split('?').length - 1;
  const plan = await unbound
    .bind(...Array.from({ length: holes }, () => null))
    .all<{ detail: string }>();
  return plan.results
    .map(({ detail }) => detail)
    .filter((detail) => {
      const scanned = /^SCAN (?:TABLE )?(\w+)/.exec(detail)?.[1];
      return scanned !== undefined && (names.has(scanned) || aliases(sql, names).has(scanned));
    });
}

/** `activity AS later` is a table too. */
function aliases(sql: string, tables: Set<string>): Set<string> {
  const found = [...sql.matchAll(/\b"?(\w+)"?\s+AS\s+"?(\w+)"?/gi)];
  return new Set(found.filter(([, of = '']) => tables.has(of)).map(([, , alias = '']) => alias));
}
