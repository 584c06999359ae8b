import { Time } from '../../../../components/time.tsx';
import type { TimelineRow } from '../../../../components/timeline.tsx';

/** What is known of a mail that was asked for on this page, and what to do next; '' for nothing. */
export type LastMail = Pick<TimelineRow, 'kind' | 'title' | 'detail' | 'at'> & { next: string };

/** What became of a mail that was asked for on this page, and what to do next. */
export function LastMailNote({ mail, now }: { mail: LastMail; now: number }) {
  const { kind, title, detail, at, next } = mail;
  return (
    <div class={`note stack ${kind === 'bad' ? 'note-bad' : ''}`}>
      <p>
        <strong>
          {title}
          {detail !== '' && ': '}
        </strong>
        {detail}{' '}
        <span class="soft">
          · <Time at={at} now={now} />
        </span>
      </p>
      {next !== '' && <p>{next}</p>}
    </div>
  );
}
