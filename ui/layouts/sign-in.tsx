import type { ComponentChildren } from 'preact';
import type { Brand } from '../brand.ts';
import { BrandMark } from '../components/brand-mark.tsx';
import { MailTo } from '../components/mail-to.tsx';
import { Document } from '../document.tsx';
import { signInStyles } from '../styles/sheets.ts';
import type { SchemeName } from '../theme.ts';

export type SignInLayoutProps = {
  title: string;
  brand: Brand;
  nonce: string;
  islands?: string[];
  scripts?: string[] | undefined;
  wide?: boolean;
  preview?: SchemeName | undefined;
  /** Replaces the line that says whom to write to. */
  footer?: ComponentChildren;
  children: ComponentChildren;
};

/** One narrow column, for every page before somebody is signed in. */
export function SignInLayout(props: SignInLayoutProps) {
  const { title, brand, nonce, islands = [], scripts = [], children } = props;
  const { wide = false, preview, footer } = props;
  return (
    <Document
      title={title}
      brand={brand}
      nonce={nonce}
      styles={signInStyles}
      islands={islands}
      scripts={scripts}
      preview={preview}
    >
      <div class={wide ? 'sign-in sign-in-wide' : 'sign-in'}>
        <main>
          <BrandMark of={brand} />
          {children}
        </main>
        <footer class="soft small">{footer ?? <WriteTo brand={brand} />}</footer>
      </div>
    </Document>
  );
}

function WriteTo({ brand }: { brand: Brand }) {
  if (brand.portalContact === '') return null;
  return (
    <p>
      Problems signing in? Write to <MailTo address={brand.portalContact} />
    </p>
  );
}
