/**
 * What is wrong with what is published in place of a DKIM record; '' when nothing is, and null when nothing is published.
 * Values are long, and control panels have ways of their own with them.
 */
export function dkimFault(value: string, texts: string[]): string | null {
  if (texts.length === 0) return null;
  const [key, found] = [keyIn(value), texts.map(keyIn)];
  if (texts.some((text) => /["“”]/.test(text))) {
    return 'There are quotation marks in it. Take them out: the value stands without any.';
  }
  if (texts.length === 1 && found.includes(key)) return '';
  if (texts.length > 1) return 'There are several. Keep the one that is shown here.';
  if (found.some((each) => each !== '' && key.startsWith(each))) {
    return 'The end of it is missing. Copy the whole value: it is long, and some forms cut it off.';
  }
  return 'Another value is there. Replace it with the one shown here.';
}

/** The key in a record, without the spaces that it may be broken at. */
function keyIn(record: string): string {
  return /(?:^|;)\s*p=([^;]*)/.exec(record)?.[1]?.replace(/\s/g, '') ?? '';
}
