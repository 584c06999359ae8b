/** What was copied into a record with its value: marks of a zone file or an editor, which are no part of the value. */
export type CopiedMark = 'quoted' | 'backslashes' | 'odd-spaces';

const QUOTES = /["“”„‟«»]/;
const ALL_QUOTES = /["“”„‟«»]/g;
/** Tabs, no-break and invisible spaces, byte order marks: to receivers they are no spaces. */
const ODD_SPACES = /[^\S ]|[\u200b-\u200d\u2060\ufeff]/;
const ALL_INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/g;

/** What was copied into a text; null for nothing. A space before the text counts as well. */
export function copiedMark(text: string): CopiedMark | null {
  const trimmed = text.trim();
  if (QUOTES.test(text) || trimmed.startsWith("'") || trimmed.endsWith("'")) return 'quoted';
  if (text.includes('\\')) return 'backslashes';
  return ODD_SPACES.test(text) || text.startsWith(' ') ? 'odd-spaces' : null;
}

/** A text without what was copied into it. */
export function withoutCopiedMarks(text: string): string {
  const plain = text
    .replace(ALL_QUOTES, '')
    .replaceAll('\\', '')
    .replace(ALL_INVISIBLE, '')
    .replace(/\s/g, ' ')
    .trim();
  const begun = plain.startsWith("'") ? plain.slice(1) : plain;
  return (begun.endsWith("'") ? begun.slice(0, -1) : begun).trim();
}
