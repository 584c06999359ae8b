import { PageHead } from '../../../components/page-head.tsx';
import { Timeline, type TimelineKind, type TimelineRow } from '../../../components/timeline.tsx';
import { AdminLayout, type AdminShell } from '../../../layouts/admin.tsx';
import * as paths from '../../../paths.ts';

export type ActivityLine = {
  /** Null if it is about no contact, or about one that was deleted. */
  contactId: string | null;
  name: string | null;
  kind: TimelineKind;
  title: string;
  detail: string;
  at: number;
};

export type ActivityPageProps = {
  nonce: string;
  shell: AdminShell;
  rows: ActivityLine[];
  nextPage: string | null;
  now: number;
};

export function ActivityPage({ nonce, shell, rows, nextPage, now }: ActivityPageProps) {
  const { slug } = shell.workspace;
  return (
    <AdminLayout shell={shell} title="Activity" nonce={nonce}>
      <PageHead title="Activity" lead="Sign-ins, mails and changes of access, newest first." />
      <section class="card" aria-label="Activity">
        {rows.length === 0 ? (
          <p class="soft empty">Nothing yet. Sign-ins, mails and changes of access appear here.</p>
        ) : (
          <Timeline rows={rows.map((row) => withContact(slug, row))} now={now} />
        )}
      </section>
      {nextPage !== null && (
        <p>
          <a class="button quiet" href={nextPage}>
            Show older
          </a>
        </p>
      )}
    </AdminLayout>
  );
}

function withContact(slug: string, { contactId, name, ...row }: ActivityLine): TimelineRow {
  if (name === null) return row;
  return { ...row, contact: { name, href: contactId && paths.contact(slug, contactId) } };
}
