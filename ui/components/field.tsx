import type { ComponentChildren } from 'preact';

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
  /** The id of a datalist to choose from. */
  list?: string;
};

/** A label, its input, and beside it what went wrong; the first bad field of a page takes the focus. */
export function Field({ type, label, hint, error, suffix, ...rest }: FieldProps) {
  const id = rest.name;
  const attributes = { ...rest, id, ...described({ id, hint, error }) };
  const control =
    type === 'email' ? (
      <input type="email" {...attributes} />
    ) : (
      <input type="text" {...attributes} />
    );
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      {suffix ? (
        <div class="affixed">
          {control}
          <span class="suffix">{suffix}</span>
        </div>
      ) : (
        control
      )}
    </FieldFrame>
  );
}

export type FieldFrameProps = {
  id: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** What is said while typing: between what went wrong and the hint. */
  saying?: ComponentChildren;
  children: ComponentChildren;
};

/** What stands around any control; the control itself says so by the attributes of `described`. */
export function FieldFrame({ id, label, hint, error, saying, children }: FieldFrameProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <FieldError id={id} error={error} />
      {saying}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

type Described = Pick<FieldFrameProps, 'id' | 'hint' | 'error'> & {
  /** The id of words elsewhere that belong to the control too. */
  also?: string | undefined;
};

/** The attributes of a control that FieldFrame stands around. */
export function described({ id, hint, error, also }: Described) {
  const ids = [error && `${id}-error`, hint && `${id}-hint`, also].filter(Boolean).join(' ');
  return {
    'aria-invalid': Boolean(error) || undefined,
    'aria-describedby': ids || undefined,
  };
}

export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  if (!error) return null;
  return (
    <p class="error" id={`${id}-error`}>
      {error}
    </p>
  );
}
