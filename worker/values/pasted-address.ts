import { parseEmail } from './email-address.ts';
import { isClinging, withoutEnds } from './plain-text.ts';

/** The most characters of a pasted text that are looked at: an address with a long name in front of it. */
const LONGEST_PASTED = 1000;

/** What stands before and after an address in a sentence, a list or a quotation. */
const OPENING = /^["'`<([«»‹›,;:\u2018-\u201f\u3008-\u300f]$/;
const CLOSING = /^["'`>)\]«»‹›,;:.!?…\u2018-\u201f\u3001\u3002\u3008-\u300f\uff0c\uff1b]$/;
/** An at sign in any form: in a display name it may be a second address. */
const ANY_AT = /[@\uff20\ufe6b]/;
/** What no display name holds: line breaks, other controls, overrides of the writing direction. */
const NO_NAME = /[[\p{Cc}\p{Zl}\p{Zp}\u202d\u202e]--\t]/v;
/** The apostrophe that phones and word processors type in O’Brien. */
const CURLY = /(?<=[a-z0-9])[\u2018\u2019\u02bc](?=[a-z0-9])/gi;

/**
 * The address in what people paste, without what clings to it: white space and invisible marks, quotation marks, full stops,
 * `mailto:`, a display name. When that is in doubt, the text as it was. Judges nothing: `parseEmail` does.
 */
export function pastedAddress(pasted: string): string {
  if (pasted.length > LONGEST_PASTED) return pasted;
  const bare = withoutMailto(trimmed(bracketed(pasted) ?? pasted));
  return bare === null ? pasted : bare.replace(CURLY, "'");
}

function trimmed(text: string): string {
  const isBefore = (character: string) => isClinging(character) || OPENING.test(character);
  const isAfter = (character: string) => isClinging(character) || CLOSING.test(character);
  return withoutEnds(text, isBefore, isAfter);
}

/**
 * `carla@acme.example` of `Carla <carla@acme.example>,`; null when it is not one name with one address. Attack: a name that
 * is an address itself must be the same one, because it is not clear which of two is meant.
 */
function bracketed(text: string): string | null {
  const [name = '', address = '', ...others] = text.split('<');
  const [inside = '', behind = '', ...more] = address.split('>');
  if (others.length > 0 || more.length > 0 || !address.includes('>')) return null;
  if (NO_NAME.test(name.trim()) || trimmed(behind) !== '') return null;
  if (!ANY_AT.test(name)) return inside;
  const [named, meant] = [name, inside].map((each) =>
    parseEmail(withoutMailto(trimmed(each)) ?? ''),
  );
  return named?.key !== undefined && named.key === meant?.key ? inside : null;
}

/** `carla@acme.example` of `mailto:carla%40acme.example?subject=Hello`; null when it names more recipients. */
function withoutMailto(text: string): string | null {
  const [, uri] = /^(?:mailto|e-?mail)\s*:[\s/]*(.*)$/is.exec(text) ?? [];
  if (uri === undefined) return text;
  const [address = '', ...query] = uri.split('?');
  if (/(?:^|&|;)b?c?c?(?:to)?=/i.test(query.join('?'))) return null;
  try {
    return trimmed(decodeURIComponent(address));
  } catch {
    return null;
  }
}
