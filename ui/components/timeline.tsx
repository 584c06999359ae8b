import { Time } from './time.tsx';

export type TimelineKind = 'ok' | 'bad' | 'plain';
export type TimelineRow = {
  kind: TimelineKind;
  title: string;
  detail: string;
  at: number;
  contact?: { name: string; href: string | null };
};

export function Timeline({ rows, now }: { rows: TimelineRow[]; now: number }) {
  return (
    <ul class="timeline">
      {rows.map((row) => (
        <li key={`${row.at} ${row.title}`} class={`timeline-${row.kind}`}>
          <span>
            {row.contact && <ContactName {...row.contact} />} {row.title}
            {row.detail && ': '}
            {row.detail && <span class="soft">{row.detail}</span>}
          </span>
          <Time at={row.at} now={now} />
        </li>
      ))}
    </ul>
  );
}

function ContactName({ name, href }: { name: string; href: string | null }) {
  return href === null ? <strong>{name}</strong> : <a href={href}>{name}</a>;
}
