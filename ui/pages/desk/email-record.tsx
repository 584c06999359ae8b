import { CopyField } from '../../components/copy-field.tsx';
import { RecordStateTag } from '../../components/record-state.tsx';
import type { RecordRow, SenderShown } from './email.tsx';

const NAMES: Record<RecordRow['key'], string> = {
  spf: 'SPF',
  dkim: 'DKIM',
  lockdown: 'Lock-down',
  mx: 'Mail server (MX)',
  dmarc: 'DMARC',
};

type RecordProps = {
  record: RecordRow;
  domain: string;
  /** Of two senders, whose records these are: begins the ids. */
  slot: SenderShown['slot'];
  /** Mail leaves by it: what is not known just now is no reason to do anything. */
  isInUse: boolean;
};

/** One record: how it stands, what to do, and what to copy. What is right keeps to itself. */
export function RecordToPublish({ record, domain, slot, isInUse }: RecordProps) {
  const { key, state, purpose, words, found } = record;
  const isQuiet = state === 'right' || (isInUse && state === 'unknown');
  return (
    <article class="record" aria-labelledby={`${slot}-${key}-title`}>
      <div class="stack">
        <div>
          <h3 id={`${slot}-${key}-title`}>
            {NAMES[key]} <RecordStateTag state={state} />
          </h3>
          <p class="soft small">{purpose}</p>
        </div>
        <p class="small">{words}</p>
        {!isQuiet && found.length > 0 && <Found found={found} />}
      </div>
      {key !== 'mx' && isQuiet && (
        <details>
          <summary class="linkish small">
            Show it
            <span class="unseen">
              : the {NAMES[key]} record of {domain}
            </span>
          </summary>
          <ToCopy record={record} domain={domain} slot={slot} />
        </details>
      )}
      {key !== 'mx' && !isQuiet && <ToCopy record={record} domain={domain} slot={slot} />}
    </article>
  );
}

function ToCopy({ record: { key, name, value }, domain, slot }: Omit<RecordProps, 'isInUse'>) {
  const short = shortName(name, domain);
  const of = `of the ${NAMES[key]} record of ${domain}`;
  return (
    <div class="stack">
      <CopyField id={`${slot}-${key}-name`} label="Name" of={of} value={name} rows={1} />
      <p class="hint">
        Type: TXT.
        {short !== null && (
          <>
            {' '}
            Short name: <code>{short}</code>
          </>
        )}
      </p>
      {value !== '' && (
        <CopyField id={`${slot}-${key}-value`} label="Value" of={of} value={value} rows={2} />
      )}
    </div>
  );
}

function Found({ found }: Pick<RecordRow, 'found'>) {
  return (
    <div class="found small">
      <p class="soft">There at present:</p>
      <ul>
        {found.map((text) => (
          <li key={text}>
            <code>{text}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

/**
 * What to type where the panel appends the domain: `@` is how they spell the domain itself. Null where it may append a part
 * of it only.
 */
function shortName(name: string, domain: string): string | null {
  if (!isWholeZone(domain)) return null;
  return name === domain ? '@' : name.slice(0, -domain.length - 1);
}

/** Whether a panel that appends its domain certainly appends this one: what has more labels may be below another. */
export function isWholeZone(domain: string): boolean {
  return domain.split('.').length === 2;
}
