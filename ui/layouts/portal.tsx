import type { ComponentChildren } from 'preact';
import { Mark } from '../components/mark.tsx';
import { type ProfileEntry, ProfileMenu } from '../components/profile-menu.tsx';
import { Document } from '../document.tsx';
import menu from '../islands/menu.island.js';
import * as paths from '../paths.ts';
import { portalSheet } from '../styles/sheets.ts';
import type { Brand } from '../theme.ts';

export type PortalLayoutProps = {
  title: string;
  brand: Brand;
  nonce: string;
  person: { name: string; email: string };
  entries: ProfileEntry[];
  children: ComponentChildren;
};

/** The client's side: the freelancer's brand in front, the person in the upper right. */
export function PortalLayout(props: PortalLayoutProps) {
  const { title, brand, nonce, person, entries, children } = props;
  return (
    <Document title={title} brand={brand} nonce={nonce} styles={portalSheet} islands={[menu]}>
      <header class="bar">
        <a class="bar-home" href={paths.home()}>
          <Mark name={brand.name} accentColor={brand.accentColor} size="small" />
          <span>{brand.name}</span>
        </a>
        <ProfileMenu name={person.name} email={person.email} entries={entries} />
      </header>
      <main class="portal">{children}</main>
    </Document>
  );
}
