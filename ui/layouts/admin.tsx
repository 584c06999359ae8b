import type { ComponentChildren } from 'preact';
import type { Brand } from '../brand.ts';
import { Bar } from '../components/bar.tsx';
import { Flash } from '../components/flash.tsx';
import { accountEntries } from '../components/profile-menu.tsx';
import { Document } from '../document.tsx';
import { SIGNED_IN_ISLANDS } from '../islands.ts';
import * as paths from '../paths.ts';
import { adminStyles } from '../styles/sheets.ts';

export type AdminShell = {
  workspace: Brand & { slug: string };
  member: { name: string; email: string };
  /** The member has other workspaces to switch to. */
  several: boolean;
  /** False where the deployment has passwords switched off. */
  passwords: boolean;
  current: 'home' | 'contacts' | 'activity' | 'settings';
  flash?: string | undefined;
};

export type AdminLayoutProps = {
  shell: AdminShell;
  title: string;
  nonce: string;
  islands?: string[];
  children: ComponentChildren;
};

/** The admin site of a workspace: a bar with its four sections, and one column of cards. */
export function AdminLayout({ shell, title, nonce, islands = [], children }: AdminLayoutProps) {
  const { workspace, member, flash } = shell;
  return (
    <Document
      title={title}
      brand={workspace}
      nonce={nonce}
      styles={adminStyles}
      islands={[...SIGNED_IN_ISLANDS, ...islands]}
    >
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Bar
        brand={workspace}
        home={paths.workspaceHome(workspace.slug)}
        person={member}
        entries={entriesOf(shell)}
      >
        <AdminNav slug={workspace.slug} current={shell.current} />
      </Bar>
      <main class="admin" id="main">
        <Flash message={flash} />
        {children}
      </main>
    </Document>
  );
}

function entriesOf({ passwords, several }: AdminShell) {
  const others = { label: 'Switch workspace', href: paths.home() };
  return several ? [...accountEntries(passwords), others] : accountEntries(passwords);
}

function AdminNav({ slug, current }: { slug: string; current: AdminShell['current'] }) {
  const sections = [
    { key: 'home', label: 'Home', href: paths.workspaceHome(slug) },
    { key: 'contacts', label: 'Contacts', href: paths.contacts(slug) },
    { key: 'activity', label: 'Activity', href: paths.activity(slug) },
    { key: 'settings', label: 'Settings', href: paths.settings(slug) },
  ];
  return (
    <nav aria-label="Workspace">
      {sections.map(({ key, label, href }) => (
        <a key={key} href={href} aria-current={key === current ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}
