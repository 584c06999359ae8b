/** The message beside a field of a redisplayed form; null when there is none. */
export function errorAt(field: string, page: string): string | null {
  return new RegExp(`<p class="error" id="${field}-error">([^<]*)</p>`).exec(page)?.[1] ?? null;
}

/** What a redisplayed form says was wrong with it as a whole; null when nothing was. */
export function refusedWords(page: string): string | null {
  return /<p class="form-error"[^>]*>([^<]*)<\/p>/.exec(page)?.[1] ?? null;
}

/** The tag of a field's input, with its attributes. */
export function inputAt(field: string, page: string): string {
  // a value may hold a ">", so quoted texts are skipped whole
  const tag = new RegExp(`<input (?:[^">]|"[^"]*")*\\bid="${field}"(?:[^">]|"[^"]*")*>`).exec(page);
  return tag?.[0] ?? '';
}

/** The tag of a field's control, whichever kind it is. */
export function controlAt(name: string, html: string): string | undefined {
  const tags = html.matchAll(/<(?:input|textarea|select) (?:[^">]|"[^"]*")*>/g);
  return [...tags].map(([tag]) => tag).find((tag) => tag.includes(` id="${name}"`));
}

/** A value as it stands in an attribute of a page. */
export function attribute(value: string): string {
  return `value="${escaped(value)}"`;
}

/** A text as it stands between the quotes of an attribute. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** A page without what differs from one rendering to the next. */
export function withoutNonce(page: string): string {
  return page.replace(/nonce="[^"]*"/g, '').replace(/(name="page" value=)"[^"]*"/g, '$1""');
}

/** The words of each button of a page. */
export function buttons(page: string): string[] {
  return [...page.matchAll(/<button[^>]*>([^<]*)<\/button>/g)].map(([, words = '']) => words);
}
