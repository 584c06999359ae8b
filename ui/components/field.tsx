export type FieldProps = {
  name: string;
  label: string;
  type: 'text' | 'email';
  value: string | undefined;
  autocomplete: string;
  autocapitalize?: 'none';
  spellcheck?: boolean;
  enterkeyhint?: 'send' | 'next';
  required?: boolean;
  autofocus?: boolean;
  hint?: string | undefined;
  error?: string | undefined;
  /** What stands behind the input, as part of the value to be. */
  suffix?: string;
};

/** A label, its input, and beside it what went wrong; the first bad field of a page takes the focus. */
export function Field({ type, label, hint, error, suffix, ...rest }: FieldProps) {
  const id = rest.name;
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  const attributes = {
    ...rest,
    id,
    'aria-invalid': Boolean(error) || undefined,
    'aria-describedby': described || undefined,
  };
  const control =
    type === 'email' ? (
      <input type="email" {...attributes} />
    ) : (
      <input type="text" {...attributes} />
    );
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {suffix ? (
        <div class="affixed">
          {control}
          <span class="suffix">{suffix}</span>
        </div>
      ) : (
        control
      )}
      <FieldError id={id} error={error} />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  if (!error) return null;
  return (
    <p class="error" id={`${id}-error`}>
      {error}
    </p>
  );
}
