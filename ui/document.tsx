import type { ComponentChildren } from 'preact';
import { type Brand, monogram } from './brand.ts';
import { Dates } from './components/time.tsx';
import { accentFor, PAGE_BACKGROUND, type SchemeName, theme } from './theme.ts';

export type DocumentProps = {
  title: string;
  brand: Brand;
  nonce: string;
  styles: string;
  islands?: string[];
  /** URLs of scripts that are too big to be inline. Another origin's needs its place in the CSP. */
  scripts?: string[];
  /** False for a page that search engines may list. */
  noindex?: boolean;
  /** Renders the page as a preview in this colour scheme: inert, and without scripts. */
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
        <meta
          name="theme-color"
          media="(prefers-color-scheme: light)"
          content={PAGE_BACKGROUND.light}
        />
        <meta
          name="theme-color"
          media="(prefers-color-scheme: dark)"
          content={PAGE_BACKGROUND.dark}
        />
        {noindex && <meta name="robots" content="noindex" />}
        {/* Phones must not turn addresses and codes in the text into links. */}
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

// The name is escaped twice: for the XML, then for the URI around it.
function favicon(brand: Brand): string {
  const { accent, onAccent } = accentFor(brand.accentColor);
  const initials = monogram(brand.name).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const size = initials.length > 1 ? 26 : 34;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="16" fill="${accent}"/>` +
    `<text x="32" y="33" font-family="system-ui,sans-serif" font-size="${size}" font-weight="700" fill="${onAccent}" text-anchor="middle" dominant-baseline="central">${initials}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
