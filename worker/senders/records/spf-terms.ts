/** Whether a text is read as an SPF record (RFC 7208, 4.5). A domain publishes other texts beside it. */
export function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** Whether a text was meant to be an SPF record. Receivers read it as one only if it `isSpf`. */
export function looksLikeSpf(text: string): boolean {
  return /^[^a-z]{0,9}v\s{0,9}=\s{0,9}spf1(?![a-z0-9.])/i.test(text);
}

export const ALL = /^[+~?-]?all$/i;
export const REDIRECT = /^redirect=/i;
const LOOKS_UP = /^(?:[+~?-]?(?:include:|exists:|(?:a|mx|ptr)(?=[:/]|$))|redirect=)/i;

/** The terms of a record, in its order and spelling. */
export function termsOf(record: string): string[] {
  return record.trim().split(/ +/).slice(1);
}

/** The terms that receivers read: nothing behind `all`, and no `redirect` where there is one (RFC 7208, 5.1, 6.1). */
export function termsRead(terms: string[]): string[] {
  const end = terms.findIndex((term) => ALL.test(term));
  if (end === -1) return terms;
  return terms.slice(0, end + 1).filter((term) => !REDIRECT.test(term));
}

/** The terms for which a receiver has to look something up, each of them once (RFC 7208, 4.6.4). */
export function lookingUp(terms: string[]): string[] {
  return termsRead(terms).filter((term) => LOOKS_UP.test(term));
}

/** What a term looks up. A name with a macro depends on the mail, so it is null; that of a bare `a` is the domain's. */
export type TermLookUp = { kind: 'record' | 'a' | 'mx' | 'other'; name: string | null };

export function lookUpOf(term: string, domain: string): TermLookUp {
  const [, word = '', target = ''] = /^[+~?-]?([a-z]+)[:=]?([^/]*)/i.exec(term) ?? [];
  const given = target === '' ? domain : target.replace(/\.$/, '');
  const name = given.includes('%') ? null : given.toLowerCase();
  switch (word.toLowerCase()) {
    case 'include':
    case 'redirect':
      return { kind: 'record', name };
    case 'a':
      return { kind: 'a', name };
    case 'mx':
      return { kind: 'mx', name };
    default:
      return { kind: 'other', name };
  }
}

const NAME = '[!-.0-~]+';
const CIDR = '(?:/\\d{1,2})?(?://\\d{1,3})?';
const BYTE = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const MECHANISM = new RegExp(
  `^[+~?-]?(?:all|(?:include|exists):${NAME}|ptr(?::${NAME})?|(?:a|mx)(?::${NAME})?${CIDR}` +
    `|ip4:(?:${BYTE}\\.){3}${BYTE}(?:/\\d{1,2})?|ip6:[0-9a-f:]+(?:\\.\\d{1,3}){0,3}(?:/\\d{1,3})?)$`,
  'i',
);
/** Receivers skip modifiers that they don't know. */
const MODIFIER = /^[a-z][a-z0-9_.-]*=/i;
const WITH_TARGET = /^(?:redirect|exp)=/i;

/** The first term that no receiver can read: it gives up on the whole record (RFC 7208, 4.6). Null if all can be read. */
export function unreadableTerm(terms: string[]): string | null {
  const seen = new Set<string>();
  for (const term of terms) {
    const modifier = WITH_TARGET.exec(term)?.[0];
    if (modifier !== undefined) {
      const name = modifier.toLowerCase();
      if (seen.has(name) || term.length === name.length) return term;
      seen.add(name);
    } else if (!MODIFIER.test(term) && !MECHANISM.test(term) && !term.includes('%{')) return term;
  }
  return null;
}
