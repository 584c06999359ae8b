/** The statements of an SQL file, without comments: D1 prepares one at a time. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let statement = '';
  // A quoted text, a comment, or anything else up to the next of them: a `;` ends a statement only outside.
  for (const [part] of sql.matchAll(/'(?:[^']|'')*'|--[^\n]*|;|[^';-]+|-/g)) {
    if (part.startsWith('--')) continue;
    if (part === ';') {
      statements.push(statement.trim());
      statement = '';
    } else statement += part;
  }
  return [...statements, statement.trim()].filter((text) => text !== '');
}
