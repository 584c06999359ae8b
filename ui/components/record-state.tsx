export type RecordState = 'right' | 'missing' | 'wrong' | 'unknown' | 'advised';

const LABELS: Record<RecordState, string> = {
  right: 'Right',
  missing: 'Missing',
  wrong: 'Wrong',
  unknown: 'Not known yet',
  advised: 'Advised',
};

/** Paths in a square of 16: a tick, a plus, a cross, a question mark, a dot. */
const ICONS: Record<RecordState, string> = {
  right: 'M3.5 8.5l3 3 6-7',
  missing: 'M8 3.5v9M3.5 8h9',
  wrong: 'M4 4l8 8M12 4l-8 8',
  unknown: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.6M8 12.4v.1',
  advised: 'M8 8v.1',
};

/** A state as a word, an icon and a colour, because some people cannot distinguish red from green. */
export function RecordStateTag({ state }: { state: RecordState }) {
  return (
    <span class={`tag record-state record-${state}`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
        <path d={ICONS[state]} />
      </svg>
      {LABELS[state]}
    </span>
  );
}
