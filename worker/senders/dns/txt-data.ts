const QUOTE = '"';
const ESCAPE = '\\';
const HIGHEST_BYTE = 255;

/**
 * The text of a TXT record, from its presentation (RFC 1035, 5.1; RFC 9460, A): strings in quotation marks, which are
 * joined. Data without quotation marks is the text itself. Null if it can't be read for sure.
 */
export function readTxtData(data: string): string | null {
  const trimmed = data.trim();
  if (!trimmed.startsWith(QUOTE)) return data;
  const bytes: number[] = [];
  let at = 0;
  while (at < trimmed.length) {
    if (trimmed[at] === ' ') at += 1;
    else if (trimmed[at] !== QUOTE) return null;
    else {
      const end = readString(trimmed, at + 1, bytes);
      if (end === null) return null;
      at = end;
    }
  }
  // a character may be cut in two by the end of a string, so it is decoded last
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array(bytes));
}

/** Reads one string into `bytes`. Returns where what follows it begins; null if it has no end or a false escape. */
function readString(data: string, from: number, bytes: number[]): number | null {
  let at = from;
  while (at < data.length) {
    const character = String.fromCodePoint(data.codePointAt(at) ?? 0);
    if (character === QUOTE) return at + 1;
    if (character !== ESCAPE) {
      bytes.push(...new TextEncoder().encode(character));
      at += character.length;
      continue;
    }
    const escaped = readEscape(data.slice(at + 1, at + 4));
    if (escaped === null) return null;
    bytes.push(escaped.byte);
    at += 1 + escaped.length;
  }
  return null;
}

/** `\DDD` is a byte in decimal; any other escaped character stands for itself. */
function readEscape(next: string): { byte: number; length: number } | null {
  if (!/^\d/.test(next)) {
    const byte = next.charCodeAt(0);
    return byte < 128 ? { byte, length: 1 } : null;
  }
  const byte = Number(next);
  return /^\d{3}$/.test(next) && byte <= HIGHEST_BYTE ? { byte, length: 3 } : null;
}
