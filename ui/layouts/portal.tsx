import type { ComponentChildren } from 'preact';
import type { Brand } from '../brand.ts';
import { Bar } from '../components/bar.tsx';
import type { ProfileEntry } from '../components/profile-menu.tsx';
import { Document } from '../document.tsx';
import { SIGNED_IN_ISLANDS } from '../islands.ts';
import * as paths from '../paths.ts';
import { portalStyles } from '../styles/sheets.ts';
import type { SchemeName } from '../theme.ts';

export type PortalLayoutProps = {
  title: string;
  brand: Brand;
  nonce: string;
  person: { name: string; email: string };
  entries: ProfileEntry[];
  preview?: SchemeName | undefined;
  children: ComponentChildren;
};

/** The pages of a portal: the workspace's brand on the left, the contact's menu on the right. */
export function PortalLayout(props: PortalLayoutProps) {
  const { title, brand, nonce, person, entries, preview, children } = props;
  return (
    <Document
      title={title}
      brand={brand}
      nonce={nonce}
      styles={portalStyles}
      islands={SIGNED_IN_ISLANDS}
      preview={preview}
    >
      <Bar brand={brand} home={paths.home()} person={person} entries={entries} />
      <main class="portal">{children}</main>
    </Document>
  );
}
