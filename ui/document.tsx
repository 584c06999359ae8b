import type { ComponentChildren } from 'preact';
import { type Brand, monogram } from './brand.ts';
import { Dates } from './components/time.tsx';
import { accentFor, PAPER, type SchemeName, theme } from './theme.ts';

export type DocumentProps = {
  title: string;
  brand: Brand;
  nonce: string;
  styles: string;
  islands?: string[];
  /** Addresses of scripts too big to travel inside the page: same origin only. */
  scripts?: string[];
  /** Pages behind a door are not for search engines; false for one that is. */
  noindex?: boolean;
  /** A page to look at, in one scheme: nothing on it can be pressed, and nothing runs. */
  preview?: SchemeName | undefined;
  children: ComponentChildren;
};

export function Document(props: DocumentProps) {
  const { title, brand, nonce, styles, islands = [], scripts = [], children } = props;
  const { noindex = true, preview } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === brand.name ? title : `${title} · ${brand.name}`}</title>
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content={PAPER.light} />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content={PAPER.dark} />
        {noindex && <meta name="robots" content="noindex" />}
        {/* Addresses and codes in running text are not for phones to turn into links. */}
        <meta name="format-detection" content="telephone=no, email=no, address=no" />
        <link rel="icon" href={favicon(brand)} />
        <style
          nonce={nonce}
          dangerouslySetInnerHTML={{ __html: theme(brand.accentColor, preview) + styles }}
        />
        {preview === undefined &&
          scripts.map((src) => <script key={src} src={src} nonce={nonce} defer />)}
      </head>
      <body inert={preview !== undefined}>
        <Dates.Provider value={brand}>{children}</Dates.Provider>
        {preview === undefined &&
          islands.map((island) => (
            <script
              key={island}
              type="module"
              nonce={nonce}
              dangerouslySetInnerHTML={{ __html: island }}
            />
          ))}
      </body>
    </html>
  );
}

// A name is escaped twice on its way here: for the XML it stands in, then for the URI around that.
function favicon(brand: Brand): string {
  const { accent, onAccent } = accentFor(brand.accentColor);
  const initials = monogram(brand.name).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const size = initials.length > 1 ? 26 : 34;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="16" fill="${accent}"/>` +
    `<text x="32" y="33" font-family="system-ui,sans-serif" font-size="${size}" font-weight="700" fill="${onAccent}" text-anchor="middle" dominant-baseline="central">${initials}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
