/**
 * The code inside a longer text that people pasted: a sentence, a line of the mail, or the whole mail. `read` turns what may
 * be one into a code, or null. Returns null when there is none, and when more than one could be meant.
 */
export function codeInText<Code extends string>(
  text: string,
  read: (text: string) => Code | null,
): Code | null {
  // links and addresses are not looked into: parts of them can look like a code
  const words = text.split(/\s+/).filter((word) => !/[@/]/.test(word));
  const plain = words.join(' ');
  const named = Array.from(plain.matchAll(NAMED), ([, found = '']) => joined(found));
  const alone = Array.from(plain.matchAll(ALONE), ([found]) => joined(found));
  const sure = named.filter((found) => /\d/.test(found) || isExact(found));
  const likely = alone.filter((found) => /\d/.test(found) && (isExact(found) || isSmall(found)));
  // words of six letters, such as SECRET, count only when nothing else can be the code
  const possible = [...named.filter(isSmall), ...alone.filter(isExact)];
  const candidates = [...likely, ...(sure.length > 0 ? sure : possible)];
  const codes = new Set(candidates.map(read).filter((code) => code !== null));
  const [only = null] = codes;
  return codes.size === 1 ? only : null;
}

/** What is named a code: `code is K9AEB3`, `Code: k 9 a e b 3`, `#K9A-EB3`. */
const NAMED =
  /(?:(?<![\p{L}\p{N}])code(?:\s+is(?![\p{L}\p{N}])|\s*[:=\p{Pd}])[^\p{L}\p{N}]{0,5}|#\s?)((?:[0-9a-z][\s\p{Pd}_.]*){6})(?![\p{L}\p{N}])/giu;
/** Six letters and digits, also as `K9A-EB3`. */
const ALONE =
  /(?<![\p{L}\p{N}]|[\p{L}\p{N}]\p{Pd})[0-9a-z]{3}\p{Pd}?[0-9a-z]{3}(?!\p{Pd}?[\p{L}\p{N}])/giu;

function joined(found: string): string {
  return found.replace(/[\s\p{Pd}_.]/gu, '');
}

/** As it stands in the mail. */
function isExact(text: string): boolean {
  return !/[a-zILO]/.test(text);
}

/** As a phone may change it. */
function isSmall(text: string): boolean {
  return !/[A-Zilo]/.test(text);
}
