import type { ComponentChildren } from 'preact';

export type PageHeadProps = {
  title: string;
  back?: { label: string; href: string };
  lead?: ComponentChildren;
  /** The main action of the page. */
  children?: ComponentChildren;
};

export function PageHead({ title, back, lead, children }: PageHeadProps) {
  return (
    <header class="page-head">
      <div>
        {back && (
          <p class="back small">
            <a href={back.href}>{back.label}</a>
          </p>
        )}
        <h1>{title}</h1>
        {lead && <p class="soft">{lead}</p>}
      </div>
      {children}
    </header>
  );
}
