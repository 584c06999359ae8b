/** What is wrong with a published DKIM record. Values are long, and control panels change them in ways of their own. */
export type DkimFault = 'quoted' | 'several' | 'cut-off' | 'another-value';

/** Compares the published records with the value that is needed; null if one is right, or none is published. */
export function dkimFault(value: string, published: string[]): DkimFault | null {
  if (published.length === 0) return null;
  const [key, keys] = [keyIn(value), published.map(keyIn)];
  if (published.some((record) => /["“”]/.test(record))) return 'quoted';
  if (published.length === 1 && keys.includes(key)) return null;
  if (published.length > 1) return 'several';
  return keys.some((each) => each !== '' && key.startsWith(each)) ? 'cut-off' : 'another-value';
}

/** The key in a record, without the spaces at which it may be broken. */
function keyIn(record: string): string {
  return /(?:^|;)\s*p=([^;]*)/.exec(record)?.[1]?.replace(/\s/g, '') ?? '';
}
