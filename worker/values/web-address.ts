// Finds what reads as a web or email address, in names that stand in the subject or the sender of mails. In doubt it is
// one. Attack row 38: a workspace named `Claim $500: evil.example` would have us mail that to anybody.

/** No name is longer. Attack row 40: a longer text is not looked through. */
const LONGEST = 200;

/**
 * The part of a name that reads as a web or email address, an IP address included, as it is understood: `evil.example` for
 * `evil[.]example`. Null for none. Full stops of honest names are none: `Acme Inc.`, `J.R. Smith`, `Dr.Web`, `Node.js`.
 */
export function webAddressIn(name: string): string | null {
  if (name.length > LONGEST) return name;
  const plain = simplified(name);
  const found = SCHEME.exec(plain) ?? IP_ADDRESS.exec(plain) ?? PUNYCODE.exec(plain);
  if (found !== null) return wordAt(plain, found.index);
  return plain.split(' ').find(isDomain) ?? null;
}

/** `http://`, `hxxps:`, `mailto:`, and whatever else has `://`. */
const SCHEME = /:\s?\/\/|(?<![\p{L}\p{N}])(?:h[tx*]{2}ps?\s?[:/]|(?:ftp|mailto|javascript)\s?:)/iu;
/** Four numbers, decimal or hexadecimal; or an IPv6 address, with `::` or whole. */
const IP_ADDRESS =
  /(?<![\p{L}\p{N}.])(?:(?:(?:0x[\da-f]{1,8}|\d{1,10})\.){3}(?:0x[\da-f]{1,8}|\d{1,10})|(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?=[\da-f:]{0,39}\d)(?:[\da-f]{1,4}(?::[\da-f]{1,4}){0,6})?::(?:[\da-f]{1,4}(?::[\da-f]{1,4}){0,6})?)(?![\p{L}\p{N}])/iu;
const PUNYCODE = /(?<![\p{L}\p{N}])xn--/iu;

/** The text as a reader, or a mail program, puts it together: one spelling of dots, no brackets or spaces around them. */
function simplified(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\\]/gu, '')
    .replace(/[\s\p{Cc}\u2800]+/gu, ' ')
    .replace(/[。ꓸ۔܁܂]/gu, '.')
    .replace(/[ː˸։׃∶ꓽ]/gu, ':')
    .replace(/[⁄∕╱⧸]/gu, '/')
    .replace(/ ?[([{<] ?(?:\.|dot|punkt|punto|point) ?[)\]}>] ?/giu, '.')
    .replace(/(?<=\S) (?:dot|punkt) (?=(?:com|net|org|info|biz|example)(?!\p{L}))/giu, '.')
    .replace(/[·•‧∙⋅・٠۰](?=(?:com|net|org|info|biz|example)(?!\p{L}))/gu, '.')
    .replace(/\. (?=(?:com|net|org)(?!\p{L}))/giu, '.')
    .replace(/\. (?=(?:info|biz|example|test|invalid)(?!\p{L}))/gu, '.')
    .replace(/ \.(?!NET(?!\p{L})) ?(?=\p{L})/gu, '.')
    .trim();
}

function wordAt(text: string, at: number): string {
  const end = text.indexOf(' ', at);
  const upTo = text.slice(0, end === -1 ? undefined : end);
  return upTo.slice(upTo.lastIndexOf(' ') + 1);
}

/** Whether a word has a dot between two labels that together can be a domain, and are no abbreviation. */
function isDomain(word: string): boolean {
  const labels = word.split('.');
  return labels.some((label, nth) => {
    const before = (labels[nth - 1] ?? '').split(NOT_OF_LABEL).at(-1) ?? '';
    const [suffix = ''] = label.split(NOT_OF_LABEL);
    // a top-level domain begins with a letter and has two characters or more (RFC 3696, 2)
    if (before === '' || !/^\p{L}./u.test(suffix)) return false;
    const isFollowed = /^[/:?#@]/.test(label.slice(suffix.length));
    return isFollowed || !isAbbreviated(before, suffix);
  });
}

const NOT_OF_LABEL = /[^\p{L}\p{M}\p{N}\p{S}_-]/u;

/** Whether `before.suffix` is a title, an initial or a number before a name, or the name of a technique. */
function isAbbreviated(before: string, suffix: string): boolean {
  const [title, name] = [before.toLowerCase(), suffix.toLowerCase()];
  if (TECHNIQUES.has(name) || KNOWN.test(`${title}.${name}`)) return true;
  const isShort = /^(?:\p{L}\p{M}*|\d{1,3})$/u.test(before) || TITLES.has(title);
  if (!isShort) return false;
  if (TITLES.has(title) && TITLES.has(name)) return true;
  // many domains have two letters at the end, and none is written with a capital
  const isName = !/^\p{Ll}/u.test(suffix) && [...suffix].length > 2;
  return isName && !DOMAINS.has(name);
}

function words(text: string): Set<string> {
  return new Set(text.split(/\s+/));
}

/** Endings of files that are no top-level domains, and stand in the names of techniques. */
const TECHNIQUES = words('js jsx ts tsx css html php svg psd pdf');
/** Short names that companies, clubs and degrees have. */
const KNOWN = /^(?:co\.kg|e\.on|\d{1,2}\.fc|[bmd]\.(?:sc|ed))$/;
const TITLES = words(
  'dr med rer nat phil jur prof dipl ing mag lic mr mrs ms mx st ste sr jr fr no nr vol inc ltd co corp',
);
/** Top-level domains that follow a title or an initial more often in an address than in a name. */
const DOMAINS = words(
  `com net org info biz edu gov mil int name pro mobi app dev xyz online site shop store tech cloud link click live
  news blog page club top vip work life world today media agency studio design art digital email one win bid icu fun
  space website finance bank money cash loan support help zip mov gift bio ink example test invalid localhost local onion`,
);
