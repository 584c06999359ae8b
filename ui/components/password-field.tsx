import { ariaAttributes, FieldWrapper } from './field.tsx';

export type PasswordFieldProps = {
  label: string;
  name: string;
  id: string;
  autocomplete: 'current-password' | 'new-password';
  error?: string | undefined;
  hint?: string | undefined;
  /** The id of another text that describes the field. */
  describedby?: string | undefined;
  autofocus?: boolean;
  /** For a new password: its strength shows while typing, and password managers make one that is accepted. */
  rules?: NewPasswordRules;
};

export type NewPasswordRules = {
  minLength: number;
  maxLength: number;
  /** What a guesser tries first: the person's name and address, the workspace's name. */
  guessable: string[];
};

/**
 * Always empty at first: a password is never sent back. No `maxlength`: browsers would silently cut a longer
 * paste, and the person could never sign in again.
 */
export function PasswordField(props: PasswordFieldProps) {
  const { label, name, id, autocomplete, error, hint, describedby, autofocus, rules } = props;
  const strength = rules && <p class="strength" id="strength" aria-live="polite" />;
  return (
    <FieldWrapper id={id} label={label} hint={hint} error={error} feedback={strength}>
      <div class="password">
        <input
          type="password"
          id={id}
          name={name}
          autocomplete={autocomplete}
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          required
          autofocus={autofocus ?? Boolean(error)}
          {...ariaAttributes({ id, hint, error, also: describedby })}
          {...(rules && newPasswordAttributes(rules))}
        />
        <button type="button" aria-controls={id} aria-pressed="false" hidden>
          Show<span class="visually-hidden"> {label.toLowerCase()}</span>
        </button>
      </div>
    </FieldWrapper>
  );
}

// `passwordrules` is Apple's; the data attributes are for the strength script.
function newPasswordAttributes({ minLength, maxLength, guessable }: NewPasswordRules) {
  return {
    minlength: minLength,
    passwordrules: `minlength: ${minLength}; maxlength: ${maxLength};`,
    'data-strength': '',
    'data-least': minLength,
    'data-guessable': JSON.stringify(guessable),
  };
}
