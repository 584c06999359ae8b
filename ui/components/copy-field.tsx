import { VERBATIM } from '../verbatim.ts';

export type CopyFieldProps = {
  id: string;
  label: string;
  /** Continues the label, for screen readers: "of the SPF record". */
  of?: string;
  value: string;
  /** For a text of several lines. Without it the button stands beside the text. */
  rows?: number;
};

/** How many characters have room beside the button, on the narrowest phone. */
const ROOM = 24;

/**
 * Text to copy: selectable without script, one click with it. A text area, because it wraps: an address that is cut off
 * reads as another one (attack row 45).
 */
export function CopyField({ id, label, of = '', value, rows }: CopyFieldProps) {
  return (
    <div class="field">
      <label for={id}>
        {label}
        {of !== '' && <span class="visually-hidden"> {of}</span>}
      </label>
      <div class={rows === undefined ? 'copy copy-line' : 'copy copy-tall'}>
        <textarea
          {...VERBATIM}
          id={id}
          readonly
          rows={rows ?? Math.ceil(value.length / ROOM)}
          spellcheck={false}
          value={value}
        />
        <button class="button quiet" type="button" data-copy={id} hidden>
          Copy<span class="visually-hidden"> {[label, of].join(' ')}</span>
        </button>
      </div>
      <p class="visually-hidden" role="status" id={`${id}-copied`} />
    </div>
  );
}
