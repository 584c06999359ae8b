/** The longest a tenant's words get in a subject, a sender's name or a sentence of ours. */
const LONGEST = 80;

/** Where somebody was, for a sentence: 'Firefox on Windows, Lisbon, PT'. */
export function fromWhere({ browser, location }: { browser: string; location: string }): string {
  return [oneLine(browser), oneLine(location)].filter(Boolean).join(', ') || 'a browser';
}

/** A tenant's words for a header or a sentence. Cut by code points: half an emoji is not text. */
export function oneLine(words: string): string {
  const letters = Array.from(wholeLine(words));
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : letters.join('');
}

/**
 * Words of others as one line of plain text (RFC 5322, 3.4): no control characters or line breaks, no marks that turn
 * writing direction. For addresses, which are somebody else's when they are cut.
 */
export function wholeLine(words: string): string {
  const plain = words.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\p{Bidi_Control}/gu, '');
  return plain.replace(/\s+/gu, ' ').trim();
}
