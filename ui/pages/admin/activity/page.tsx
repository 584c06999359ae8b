import { PageHead } from '../../../components/page-head.tsx';
import { Timeline, type TimelineKind, type TimelineRow } from '../../../components/timeline.tsx';
import { AdminLayout, type AdminShell } from '../../../layouts/admin.tsx';
import * as paths from '../../../paths.ts';

export type ActivityRow = {
  /** Null for what concerns no contact, or one since deleted. */
  contactId: string | null;
  name: string | null;
  kind: TimelineKind;
  title: string;
  detail: string;
  at: number;
};

export type ActivityPageProps = {
  nonce: string;
  desk: AdminShell;
  rows: ActivityRow[];
  nextPage: string | null;
  now: number;
};

export function ActivityPage({ nonce, desk, rows, nextPage, now }: ActivityPageProps) {
  const { slug } = desk.workspace;
  return (
    <AdminLayout desk={desk} title="Activity" nonce={nonce}>
      <PageHead title="Activity" lead="What happened at the door, newest first." />
      <section class="sheet" aria-label="Activity">
        {rows.length === 0 ? (
          <p class="soft empty">Nothing yet. Sign-ins, mails and changes of access appear here.</p>
        ) : (
          <Timeline rows={rows.map((row) => named(slug, row))} now={now} />
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

function named(slug: string, { contactId, name, ...row }: ActivityRow): TimelineRow {
  if (name === null) return row;
  return { ...row, who: { name, href: contactId && paths.contact(slug, contactId) } };
}
