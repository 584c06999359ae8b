import { CopyField } from '../../components/copy-field.tsx';
import { RecordStateTag } from '../../components/record-state.tsx';
import type { RecordRow, SenderShown } from './email.tsx';

const NAMES: Record<RecordRow['key'], string> = {
  spf: 'SPF',
  dkim: 'DKIM',
  lockdown: 'Lock-down',
  dmarc: 'DMARC',
};

type RecordProps = {
  record: RecordRow;
  domain: string;
  /** Of two senders, whose records these are: begins the ids. */
  slot: SenderShown['slot'];
};

/** One record: how it stands, what to do, and what to copy. What is right keeps to itself. */
export function RecordToPublish({ record, domain, slot }: RecordProps) {
  const { key, state, purpose, words, found } = record;
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
        {state !== 'right' && found.length > 0 && <Found found={found} />}
      </div>
      {state === 'right' ? (
        <details>
          <summary class="linkish small">
            Show it
            <span class="unseen">
              : the {NAMES[key]} record of {domain}
            </span>
          </summary>
          <ToCopy record={record} domain={domain} slot={slot} />
        </details>
      ) : (
        <ToCopy record={record} domain={domain} slot={slot} />
      )}
    </article>
  );
}

function ToCopy({ record: { key, name, value }, domain, slot }: RecordProps) {
  const of = `of the ${NAMES[key]} record of ${domain}`;
  return (
    <div class="stack">
      <CopyField id={`${slot}-${key}-name`} label="Name" of={of} value={name} rows={1} />
      <p class="hint">
        Type TXT. Short name: <code>{shortName(name, domain)}</code>
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

/** What to type where the panel appends the domain: `@` is how they spell the domain itself. */
function shortName(name: string, domain: string): string {
  if (name === domain) return '@';
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : name;
}
