import type { ComponentChildren } from 'preact';
import type { Brand } from '../brand.ts';
import { Bar } from '../components/bar.tsx';
import { Flash } from '../components/flash.tsx';
import { PageHead } from '../components/page-head.tsx';
import type { ProfileEntry } from '../components/profile-menu.tsx';
import { Document } from '../document.tsx';
import { SIGNED_IN_ISLANDS } from '../islands.ts';
import * as paths from '../paths.ts';
import { accountStyles } from '../styles/sheets.ts';

export type AccountShell = {
  /** The workspace's brand on its portal, Latchkey's on the admin host. */
  brand: Brand;
  person: { name: string; email: string };
  entries: ProfileEntry[];
  /** The label of the link back: "Back to the portal". */
  home: string;
  flash?: string | undefined;
};

export type AccountLayoutProps = {
  title: string;
  nonce: string;
  shell: AccountShell;
  lead?: ComponentChildren;
  islands?: string[];
  scripts?: string[];
  children: ComponentChildren;
};

/** The pages of one's own account, in one column; the same for contacts and members. */
export function AccountLayout(props: AccountLayoutProps) {
  const { title, nonce, shell, lead, islands = [], scripts = [], children } = props;
  const { brand, person, entries, home, flash } = shell;
  return (
    <Document
      title={title}
      brand={brand}
      nonce={nonce}
      styles={accountStyles}
      islands={[...SIGNED_IN_ISLANDS, ...islands]}
      scripts={scripts}
    >
      <Bar brand={brand} home={paths.home()} person={person} entries={entries} />
      <main class="account">
        <Flash message={flash} />
        <PageHead title={title} back={{ label: home, href: paths.home() }} lead={lead} />
        {children}
      </main>
    </Document>
  );
}
