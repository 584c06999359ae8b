import { withoutInvisible } from './invisible.ts';

/** The most characters of a tenant's text in a subject, a sender's name or a sentence of ours. */
const LONGEST = 80;

/** A tenant's text as one line of at most LONGEST characters. Cut between code points, so no emoji is cut in half. */
export function oneLine(text: string): string {
  const characters = Array.from(wholeLine(text));
  if (characters.length <= LONGEST) return characters.join('');
  return `${characters.slice(0, LONGEST - 1).join('')}…`;
}

/**
 * A text of others as one line (RFC 5322, 3.4), without control characters, line breaks and invisible characters, such
 * as marks that turn the writing direction. Not shortened: use it for addresses, because a cut address is another person's address.
 */
export function wholeLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return withoutInvisible(plain).replace(/\s+/gu, ' ').trim();
}

/**
 * A text of others for the body of a mail. A zero-width non-joiner stands within addresses, so that no mail program makes a
 * link of one: a link in our mail reads as ours.
 */
export function unlinked(text: string): string {
  return text.replace(/(?<=\S)[.。．｡․﹒](?=\S)|:(?=\/\/)|@(?=\S)/gu, '$&\u200c');
}

/**
 * A text without the characters at its start that are `before`, and those at its end that are `after`. In linear time:
 * `/x+$/` takes the square of the length.
 */
export function withoutEnds(
  text: string,
  before: (character: string) => boolean,
  after = before,
): string {
  const characters = Array.from(text);
  let [from, to] = [0, characters.length];
  while (from < to && before(characters[from] ?? '')) from += 1;
  while (to > from && after(characters[to - 1] ?? '')) to -= 1;
  return characters.slice(from, to).join('');
}

/**
 * Whether a character clings to what people copy: white space, and marks without a width that programs put around it. An
 * override of the writing direction is none, because it disguises; nor is a selector, which belongs to an emoji.
 */
export function isClinging(character: string): boolean {
  return CLINGING.test(character);
}

const CLINGING =
  /^(?:\s|[\p{Default_Ignorable_Code_Point}--[\u202d\u202e\ufe00-\ufe0f\u{e0100}-\u{e01ef}]])$/v;
