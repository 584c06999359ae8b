import type { ComponentChildren } from 'preact';
import { LATCHKEY } from '../brand.ts';
import { Document } from '../document.tsx';
import { adminStyles } from '../styles/sheets.ts';

export type DevLayoutProps = { title: string; nonce: string; children: ComponentChildren };

/** The development mailbox: looks like the admin site, without the bar. */
export function DevLayout({ title, nonce, children }: DevLayoutProps) {
  return (
    <Document title={title} brand={LATCHKEY} nonce={nonce} styles={adminStyles}>
      <main class="admin">{children}</main>
    </Document>
  );
}
