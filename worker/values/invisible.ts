/** The scripts whose words have joiners inside. */
const JOINING = [
  ...['Arabic', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu'],
  ...['Kannada', 'Malayalam', 'Sinhala', 'Khmer'],
]
  .map((script) => `\\p{Script=${script}}`)
  .join('');
const EMOJI = '\\p{Extended_Pictographic}';

/**
 * Invisible characters that writing needs: joiners within Persian and Indian words and within emoji (UTS 51, 2.3);
 * selectors of the form of an emoji, a keycap or a Chinese character (UTS 37).
 */
const NEEDED = [
  `(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])`,
  `(?<=${EMOJI}[\\ufe0f\\p{Emoji_Modifier}]?)\\u200d(?=${EMOJI})`,
  `(?<=${EMOJI})[\\ufe0e\\ufe0f]|(?<=[0-9#*])\\ufe0f(?=\\u20e3)`,
  '(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]',
].join('|');

const INVISIBLE = '[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}\\p{Co}\\p{Zl}\\p{Zp}\\u2800]';
const NEEDED_OR_NOT = new RegExp(`(${NEEDED})|${INVISIBLE}`, 'gu');

/** A line of text without invisible characters, which can hide or disguise words. Those that writing needs stay. */
export function withoutInvisible(text: string): string {
  return text.replace(NEEDED_OR_NOT, (_found, needed?: string) => needed ?? '');
}
