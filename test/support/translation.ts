/**
 * The words of a page or a mail that a machine's translation would translate: all but what has `translate="no"`, or is inside of
 * it. Nothing hidden, no field.
 */
export async function translatable(html: string): Promise<string> {
  const words: string[] = [];
  let verbatim = 0;
  await new HTMLRewriter()
    .on(KEPT, {
      element(element) {
        verbatim += 1;
        element.onEndTag(() => {
          verbatim -= 1;
        });
      },
    })
    .on('body', {
      text({ text, lastInTextNode }) {
        if (verbatim === 0) words.push(text + (lastInTextNode ? '\n' : ''));
      },
    })
    .transform(new Response(html, { headers: { 'content-type': 'text/html' } }))
    .text();
  return words.join('').replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&lt;', '<');
}

/** HTML as it is written: without the spans and attributes that keep words from translation. */
export function asWritten(html: string): string {
  return html.replace(/<span translate="no">([^<]*)<\/span>/g, '$1').replaceAll(KEPT_BY, '');
}

const KEPT_BY = ' translate="no"';

/** What translation leaves alone: by the attribute, or because nobody reads it. */
const KEPT = [
  '[translate="no"]:not(input, img)',
  '[style^="display:none"]',
  'script',
  'style',
  'textarea',
  'option',
].join(', ');

/** Email addresses, URLs and domains that translation would touch. */
export function looseAddresses(words: string): string[] {
  return (
    words.match(/\S+@\S+|https?:\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:example|localhost|test)\b/g) ?? []
  );
}
