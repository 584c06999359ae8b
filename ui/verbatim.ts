// What a machine's translation must leave as it is: codes, addresses, names of brands. A translated address is another's, and a
// translated code opens nothing.

/**
 * The attribute of an element that holds nothing else (HTML, 3.2.6.1). Spread it: Preact's types know only `false`, which its
 * renderer leaves out.
 */
export const VERBATIM: Record<string, string> = { translate: 'no' };

/**
 * The same HTML, in which every email address, URL, domain and given name of the text has that attribute. Pages and mails pass
 * through here, so that no sentence has to think of it.
 * @param html as Preact renders it: attributes in double quotes, no `<` in a text
 * @param names of brands, as they stand in the text; '' is none
 */
export function keepVerbatim(html: string, names: readonly string[]): string {
  const escapedNames = names.filter((name) => name !== '').map(escaped);
  let at = Math.max(0, html.indexOf('<body'));
  let skipped: { tag: string; depth: number } | null = null;
  const parts = [html.slice(0, at)];
  while (at < html.length) {
    const token = tokenAt(html, at);
    at += token.length;
    const [, slash, tag = ''] = /^<(\/?)([a-z0-9]+)/i.exec(token) ?? [];
    const steps: number = token.endsWith('/>') ? 0 : slash === '/' ? -1 : 1;
    if (skipped !== null) {
      if (tag === skipped.tag) skipped.depth += steps;
      if (skipped.depth === 0) skipped = null;
      parts.push(token);
    } else if (tag === '') {
      parts.push(token.startsWith('<') ? token : marked(token, escapedNames));
    } else {
      if (steps === 1 && isLeftAlone(tag, token)) skipped = { tag, depth: 1 };
      parts.push(token);
    }
  }
  return parts.join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** The tag, the comment, the script, or the text that begins at a place. */
function tokenAt(html: string, at: number): string {
  if (!html.startsWith('<', at)) return html.slice(at, endOf(html, '<', at, 0));
  if (html.startsWith('<!--', at)) return html.slice(at, endOf(html, '-->', at, 3));
  const tag = tagAt(html, at);
  const raw = /^<(script|style)\b/.exec(tag)?.[1];
  return raw === undefined ? tag : html.slice(at, endOf(html, `</${raw}`, at, 0));
}

function endOf(html: string, mark: string, from: number, length: number): number {
  const found = html.indexOf(mark, from + 1);
  return found < 0 ? html.length : found + length;
}

/** A value in an attribute may hold a `>`. */
const TAG = /<[^>"]*(?:"[^"]*"[^>"]*)*>/y;

function tagAt(html: string, at: number): string {
  TAG.lastIndex = at;
  return TAG.exec(html)?.[0] ?? html.slice(at);
}

/** What has the attribute already, what may hold no elements, and the line of a mail that nobody sees. */
function isLeftAlone(tag: string, token: string): boolean {
  return (
    /^(?:option|script|style|svg|textarea)$/.test(tag) ||
    / translate="no"| style="display:none/.test(token)
  );
}

function marked(text: string, [name, ...names]: readonly string[]): string {
  if (name === undefined) return withAddresses(text);
  const pieces: string[] = [];
  let from = 0;
  for (const at of placesOf(name, text)) {
    pieces.push(marked(text.slice(from, at), names), kept(name));
    from = at + name.length;
  }
  return [...pieces, marked(text.slice(from), names)].join('');
}

function kept(part: string): string {
  return `<span translate="no">${part}</span>`;
}

/** Where a name stands in a text, where it is not a part of a longer word. */
function placesOf(name: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const end = at + name.length;
    const neighbours = text.slice(Math.max(0, at - 1), at) + text.slice(end, end + 1);
    if (!/[\p{L}\p{N}]/u.test(neighbours)) places.push(at);
  }
  return places;
}

function withAddresses(text: string): string {
  if (!/[@.]|:\/\//.test(text)) return text;
  const pieces = text.split(/(\s+)/).map((piece) => {
    const [start, end] = wordIn(piece);
    const word = piece.slice(start, end);
    return isAddress(word) ? piece.slice(0, start) + kept(word) + piece.slice(end) : piece;
  });
  return pieces.join('');
}

/** What clings to a word: quotation marks and brackets before, punctuation after. */
const OPENING = ['&lt;', '&quot;', '“', '‘', "'", '('];
const CLOSING = ['&quot;', '&gt;', '>', '.', ',', ':', ';', '!', '?', '…', ')', '”', '’', "'"];

function wordIn(piece: string): [start: number, end: number] {
  let [start, end] = [0, piece.length];
  for (let mark: string | undefined = ''; mark !== undefined; start += mark?.length ?? 0) {
    mark = OPENING.find((each) => piece.startsWith(each, start));
  }
  for (let mark: string | undefined = ''; mark !== undefined && end > start; ) {
    mark = CLOSING.find((each) => piece.endsWith(each, end));
    end -= mark?.length ?? 0;
  }
  return [start, Math.max(start, end)];
}

/** Whether a word is an email address, a URL, or a domain: labels with dots between them. */
function isAddress(word: string): boolean {
  return /^\S+@\S+$|^https?:\/\//.test(word) || DOMAIN.test(word);
}

const DOMAIN = /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)*\.\p{L}[\p{L}\p{M}\p{N}-]+(?::\d+)?$/u;
