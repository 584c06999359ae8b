import { getTableColumns, getTableName } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';

/**
 * The statement that inserts a row, as text without parameters: `wrangler d1 execute` takes a file.
 * It does nothing where the row is there already, or where the condition does not hold.
 */
export function insertText<Table extends SQLiteTable>(
  table: Table,
  row: Table['$inferInsert'],
  condition = 'true',
): string {
  const columns: Record<string, SQLiteColumn> = getTableColumns(table);
  const cells = Object.entries<unknown>(row).flatMap(([key, value]) => {
    const column = columns[key];
    if (column === undefined) return [];
    return [
      { name: column.name, text: textOf(value === null ? null : column.mapToDriverValue(value)) },
    ];
  });
  const names = cells.map(({ name }) => name).join(', ');
  const values = cells.map(({ text }) => text).join(', ');
  return `INSERT INTO ${getTableName(table)} (${names}) SELECT ${values} WHERE ${condition} ON CONFLICT DO NOTHING;`;
}

/** A value as SQL writes it. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number') return String(value);
  return `'${String(value).replaceAll("'", "''")}'`;
}
