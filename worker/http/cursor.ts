import * as v from 'valibot';

/** Writes the key of the last row on a page, for the address of the next page. */
export function writeCursor(key: Record<string, string | number>): string {
  const bytes = new TextEncoder().encode(JSON.stringify(key));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** The most characters of a cursor. A name has at most 120, which NFKC may make longer. */
const LONGEST = 8000;

/** Reads a key that `writeCursor` wrote; null for any other text, which means the first page. */
export function readCursor<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string | undefined,
): v.InferOutput<Schema> | null {
  if (text === undefined || text === '' || text.length > LONGEST) return null;
  try {
    const bytes = Uint8Array.from(
      atob(text.replaceAll('-', '+').replaceAll('_', '/')),
      (character) => character.charCodeAt(0),
    );
    const parsed = v.safeParse(schema, JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
