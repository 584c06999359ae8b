import type { ComponentChildren } from 'preact';
import { VERBATIM } from '../verbatim.ts';

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
  /** Shown after the input, as the end of the value. */
  suffix?: string;
  /** The id of a datalist with suggestions. */
  list?: string;
};

/**
 * A label, its input and its error. The page sets `autofocus` on its first field with an error. An address has no
 * `type="email"`: browsers would not send `Carla <carla@acme.example>`, which the Worker reads.
 */
export function Field({ type, label, hint, error, suffix, ...rest }: FieldProps) {
  const id = rest.name;
  const asAddress = type === 'email' ? ADDRESS : {};
  const attributes = { ...asAddress, ...rest, id, ...ariaAttributes({ id, hint, error }) };
  const control = <input type="text" {...attributes} />;
  return (
    <FieldWrapper id={id} label={label} hint={hint} error={error}>
      {suffix ? (
        <div class="affixed">
          {control}
          <span {...VERBATIM} class="suffix">
            {suffix}
          </span>
        </div>
      ) : (
        control
      )}
    </FieldWrapper>
  );
}

/** The keyboard for addresses, without corrections. */
const ADDRESS = {
  inputmode: 'email',
  autocapitalize: 'none',
  autocorrect: 'off',
  spellcheck: false,
} as const;

export type FieldWrapperProps = {
  id: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Feedback while typing, shown between the error and the hint. */
  feedback?: ComponentChildren;
  children: ComponentChildren;
};

/** Label, error and hint around any control. Give the control the `ariaAttributes` of the same values. */
export function FieldWrapper({ id, label, hint, error, feedback, children }: FieldWrapperProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <FieldError id={id} error={error} />
      {feedback}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

type AriaSource = Pick<FieldWrapperProps, 'id' | 'hint' | 'error'> & {
  /** The id of another text that describes the control. */
  also?: string | undefined;
};

/** The attributes that tie a control to the error and the hint of its FieldWrapper. */
export function ariaAttributes({ id, hint, error, also }: AriaSource) {
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
