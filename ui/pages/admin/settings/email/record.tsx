import { CopyField } from '../../../../components/copy-field.tsx';
import { RecordStateTag } from '../../../../components/record-state.tsx';
import { VERBATIM } from '../../../../verbatim.ts';
import type { RecordRow, SenderView } from './types.ts';

const NAMES: Record<RecordRow['key'], string> = {
  spf: 'SPF',
  dkim: 'DKIM',
  'domain-lockdown': 'Domain Lockdown',
  mx: 'Mail server (MX)',
  dmarc: 'DMARC',
};

type RecordProps = { record: RecordRow; sender: SenderView };

/** One record: its state, what to do, and what to copy, which is folded away while there is nothing to do. */
export function RecordToPublish({ record, sender }: RecordProps) {
  const { key, state, purpose, words, published, value, isUnseen } = record;
  const { slot, domain } = sender;
  // mail leaves from an active sender, so a record that is not known just now needs nothing
  const isQuiet =
    state === 'right' || isUnseen || (sender.state === 'active' && state === 'unknown');
  const hasCopy = key !== 'mx' && !(isQuiet && value === '');
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
        {!isQuiet && published.length > 0 && <Published published={published} />}
      </div>
      {hasCopy && isQuiet && (
        <details>
          <summary class="linkish small">
            Show it
            <span class="visually-hidden">
              : the {NAMES[key]} record of {domain}
            </span>
          </summary>
          <ToCopy record={record} sender={sender} />
        </details>
      )}
      {hasCopy && !isQuiet && <ToCopy record={record} sender={sender} />}
    </article>
  );
}

function ToCopy({ record: { key, name, value }, sender }: RecordProps) {
  const { slot, domain, asciiDomain } = sender;
  const short = shortName(name, asciiDomain);
  const of = `of the ${NAMES[key]} record of ${domain}`;
  return (
    <div class="stack">
      <CopyField id={`${slot}-${key}-name`} label="Name" of={of} value={name} rows={1} />
      <p class="hint">
        Type: TXT.
        {short !== null && (
          <>
            {' '}
            Short name: <code {...VERBATIM}>{short}</code>
          </>
        )}
      </p>
      {value !== '' && (
        <CopyField id={`${slot}-${key}-value`} label="Value" of={of} value={value} rows={2} />
      )}
    </div>
  );
}

function Published({ published }: Pick<RecordRow, 'published'>) {
  return (
    <div class="found small">
      <p class="soft">There at present:</p>
      <ul>
        {published.map((text) => (
          <li key={text}>
            <code {...VERBATIM}>{text}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

/**
 * What to type where a control panel appends the domain; `@` stands for the domain itself. Null where the panel may append
 * only a part of it.
 */
function shortName(name: string, domain: string): string | null {
  if (!isWholeZone(domain)) return null;
  return name === domain ? '@' : name.slice(0, -domain.length - 1);
}

/** Whether a panel that appends its domain appends this one. A domain of more than two labels may be below another. */
export function isWholeZone(domain: string): boolean {
  return domain.split('.').length === 2;
}
