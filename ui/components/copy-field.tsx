import { VERBATIM } from '../verbatim.ts';

export type CopyFieldProps = {
  id: string;
  label: string;
  /** Continues the label, for screen readers: "of the SPF record". */
  of?: string;
  value: string;
  /** The rows of a text area. Without them it is an input of one line. */
  rows?: number;
};

/** Text to copy: selectable without script, one click with it. */
export function CopyField({ id, label, of = '', value, rows }: CopyFieldProps) {
  return (
    <div class="field">
      <label for={id}>
        {label}
        {of !== '' && <span class="visually-hidden"> {of}</span>}
      </label>
      <div class={rows === undefined ? 'copy copy-line' : 'copy copy-tall'}>
        {rows === undefined ? (
          <input {...VERBATIM} id={id} type="text" readonly value={value} />
        ) : (
          <textarea {...VERBATIM} id={id} readonly rows={rows} spellcheck={false} value={value} />
        )}
        <button class="button quiet" type="button" data-copy={id} hidden>
          Copy<span class="visually-hidden"> {[label, of].join(' ')}</span>
        </button>
      </div>
      <p class="visually-hidden" role="status" id={`${id}-copied`} />
    </div>
  );
}
