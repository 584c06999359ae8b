export type CopyFieldProps = {
  id: string;
  label: string;
  value: string;
  /** Rows of a text area; without it one line. */
  rows?: number;
};

/** Text to take elsewhere: selectable as it stands, one click where there is script. */
export function CopyField({ id, label, value, rows }: CopyFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class={rows === undefined ? 'copy copy-line' : 'copy copy-tall'}>
        {rows === undefined ? (
          <input id={id} type="text" readonly value={value} />
        ) : (
          <textarea id={id} readonly rows={rows} spellcheck={false} value={value} />
        )}
        <button class="button quiet" type="button" data-copy={id} hidden>
          Copy<span class="unseen"> {label}</span>
        </button>
      </div>
      <p class="unseen" role="status" id={`${id}-copied`} />
    </div>
  );
}
