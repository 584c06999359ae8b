import type { ComponentChildren } from 'preact';
import { PageHead } from '../components/page-head.tsx';
import * as paths from '../paths.ts';
import { AdminLayout, type AdminLayoutProps } from './admin.tsx';

export type SettingsLayoutProps = Omit<AdminLayoutProps, 'children'> & {
  section: 'preferences' | 'branding' | 'email';
  children: ComponentChildren;
};

/** The settings of a workspace, one section per page. */
export function SettingsLayout({ section, children, ...admin }: SettingsLayoutProps) {
  const { slug } = admin.shell.workspace;
  const sections = [
    { key: 'preferences', label: 'Preferences', href: paths.clientPreferences(slug) },
    { key: 'branding', label: 'Branding', href: paths.branding(slug) },
    { key: 'email', label: 'Email', href: paths.senderSettings(slug) },
  ];
  return (
    <AdminLayout {...admin}>
      <PageHead title="Settings" />
      <nav class="sections" aria-label="Settings">
        {sections.map(({ key, label, href }) => (
          <a key={key} href={href} aria-current={key === section ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {children}
    </AdminLayout>
  );
}
