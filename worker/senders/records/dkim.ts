import { type CopiedMark, copiedMark, withoutCopiedMarks } from './copied.ts';
import { readTags } from './tag-list.ts';

/** What is wrong with a published DKIM record. Values are long, and control panels change them in ways of their own. */
export type DkimFault = CopiedMark | 'several' | 'cut-off' | 'revoked' | 'another-value';

/** Compares the published records with the value that is needed; null if one is right, or none is published. */
export function dkimFault(value: string, published: string[]): DkimFault | null {
  const [only, ...more] = published;
  if (only === undefined) return null;
  const mark = published.map(copiedMark).find((each) => each !== null && each !== 'odd-spaces');
  if (mark !== undefined && mark !== null) return mark;
  if (more.length > 0) return 'several';
  const [key, found] = [keyIn(value), keyIn(only)];
  if (found === key && isUsable(only)) return null;
  if (found === key && isUsable(withoutCopiedMarks(only))) return copiedMark(only);
  if (found === '' && isRevoked(only)) return 'revoked';
  return found !== '' && key.startsWith(found) && found !== key ? 'cut-off' : 'another-value';
}

/** Whether a text is, or was meant to be, the record of a DKIM key. */
export function looksLikeDkim(text: string): boolean {
  return /dkim1|(?:^|;)\s*p\s*=/i.test(text);
}

/** The key in a record, without the spaces at which it may be broken. '' if there is none. */
export function keyIn(record: string): string {
  return /(?:^|;)\s*p\s*=([^;]*)/.exec(record)?.[1]?.replace(/\s/g, '') ?? '';
}

/** An empty `p` says that the key was withdrawn (RFC 6376, 3.6.1). */
function isRevoked(record: string): boolean {
  return /(?:^|;)\s*p\s*=\s*(?:;|$)/.test(record);
}

/** Whether the tags beside the key let it sign our mail: RSA with SHA-256, for mail, and `v` where it has to be. */
function isUsable(record: string): boolean {
  const { tags, twice, hasOthers } = readTags(record);
  const [v, k, h, s] = ['v', 'k', 'h', 's'].map((tag) => tags.get(tag));
  const allows = (list: string | undefined, wanted: string[]) =>
    list === undefined || list.split(':').some((each) => wanted.includes(each.trim()));
  if (hasOthers || twice.size > 0) return false;
  if (v !== undefined && (v !== 'DKIM1' || !/^[ \t]*v\s*=/.test(record))) return false;
  return allows(k, ['rsa']) && allows(h, ['sha256']) && allows(s, ['*', 'email']);
}
