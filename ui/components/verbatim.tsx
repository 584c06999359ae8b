import { type ComponentChildren, createContext, toChildArray } from 'preact';

// What a machine's translation must leave as it is: codes, addresses, names of brands. A translated address is another's, and a
// translated code opens nothing.

/**
 * The attribute of an element that holds nothing else (HTML, 3.2.6.1). Spread it: Preact's types know only `false`, which its
 * renderer leaves out.
 */
export const VERBATIM: Record<string, string> = { translate: 'no' };

/** A code, an address or a name within a sentence. */
export function Verbatim({ children }: { children: ComponentChildren }) {
  return <span {...VERBATIM}>{children}</span>;
}

/** The names and codes that the texts of a page or a mail may hold; '' is none. Document and EmailLayout set them. */
export const Kept = createContext<readonly string[]>([]);

/** Sentences, in which addresses, domains and what `Kept` names are not translated. Elements among them stay as they are. */
export function Words({ children }: { children: ComponentChildren }) {
  return (
    <Kept.Consumer>
      {(kept) =>
        toChildArray(children).map((child) =>
          typeof child === 'string' ? partsOf(child, kept).map(shown) : child,
        )
      }
    </Kept.Consumer>
  );
}

function shown({ part, isKept }: Part) {
  return isKept ? <Verbatim>{part}</Verbatim> : part;
}

type Part = { part: string; isKept: boolean };

function partsOf(text: string, kept: readonly string[]): Part[] {
  const [name, ...others] = kept;
  if (name === undefined) return withAddresses(text);
  const parts: Part[] = [];
  let from = 0;
  for (const at of placesOf(name, text)) {
    parts.push(...partsOf(text.slice(from, at), others), { part: name, isKept: true });
    from = at + name.length;
  }
  return [...parts, ...partsOf(text.slice(from), others)];
}

/** Where a name stands in a text, where it is not a part of a longer word. */
function placesOf(name: string, text: string): number[] {
  const places: number[] = [];
  let at = name === '' ? -1 : text.indexOf(name);
  while (at >= 0) {
    const end = at + name.length;
    if (!isInWord(text.slice(Math.max(0, at - 1), at)) && !isInWord(text.slice(end, end + 1))) {
      places.push(at);
    }
    at = text.indexOf(name, end);
  }
  return places;
}

function isInWord(neighbour: string): boolean {
  return /[\p{L}\p{N}]/u.test(neighbour);
}

/** What clings to a word: quotation marks and brackets before, punctuation after. */
const OPENING = '“‘"\'(<';
const CLOSING = '.,:;!?…)”’"\'>';

function withAddresses(text: string): Part[] {
  const parts: Part[] = [];
  let before = '';
  for (const piece of text.split(/(\s+)/)) {
    const [start, end] = wordIn(piece);
    const word = piece.slice(start, end);
    if (!isAddress(word)) {
      before += piece;
      continue;
    }
    parts.push({ part: before + piece.slice(0, start), isKept: false });
    parts.push({ part: word, isKept: true });
    before = piece.slice(end);
  }
  return [...parts, { part: before, isKept: false }].filter(({ part }) => part !== '');
}

function wordIn(piece: string): [start: number, end: number] {
  let [start, end] = [0, piece.length];
  while (start < end && OPENING.includes(piece.charAt(start))) start += 1;
  while (end > start && CLOSING.includes(piece.charAt(end - 1))) end -= 1;
  return [start, end];
}

/** Whether a word is an email address, a URL, or a domain: labels with dots between them. */
function isAddress(word: string): boolean {
  return /^\S+@\S+$|^https?:\/\//.test(word) || DOMAIN.test(word);
}

const DOMAIN = /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)*\.\p{L}[\p{L}\p{M}\p{N}-]+(?::\d+)?$/u;
