/** The most characters of a tenant's text in a subject, a sender's name or a sentence of ours. */
const LONGEST = 80;

/** A tenant's text as one line of at most LONGEST characters. Cut between code points, so no emoji is cut in half. */
export function oneLine(text: string): string {
  const characters = Array.from(wholeLine(text));
  if (characters.length <= LONGEST) return characters.join('');
  return `${characters.slice(0, LONGEST - 1).join('')}…`;
}

/**
 * A text of others as one line (RFC 5322, 3.4), without control characters, line breaks and marks that turn the
 * writing direction. Not shortened: use it for addresses, because a cut address is another person's address.
 */
export function wholeLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\p{Bidi_Control}/gu, '');
  return plain.replace(/\s+/gu, ' ').trim();
}
