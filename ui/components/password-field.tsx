import { described, FieldFrame } from './field.tsx';

export type PasswordFieldProps = {
  label: string;
  name: string;
  id: string;
  autocomplete: 'current-password' | 'new-password';
  error?: string | undefined;
  hint?: string | undefined;
  /** The id of words elsewhere that belong to this field too. */
  describedby?: string | undefined;
  autofocus?: boolean;
  /** For a password that is about to be chosen: it is weighed while typed, and password managers make one that fits. */
  fresh?: FreshPassword;
};

export type FreshPassword = {
  least: number;
  longest: number;
  /** Words that a guesser would try first: the person's name and address, the workspace's name. */
  guessable: string[];
};

/**
 * Empty whenever it is shown: a password is never sent back. No `maxlength`: browsers cut a longer paste without
 * a word, and the person could never sign in again.
 */
export function PasswordField(props: PasswordFieldProps) {
  const { label, name, id, autocomplete, error, hint, describedby, autofocus, fresh } = props;
  const strength = fresh && <p class="strength" id="strength" aria-live="polite" />;
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} saying={strength}>
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
          {...described({ id, hint, error, also: describedby })}
          {...(fresh && weighed(fresh))}
        />
        <button type="button" aria-controls={id} aria-pressed="false" hidden>
          Show<span class="unseen"> {label.toLowerCase()}</span>
        </button>
      </div>
    </FieldFrame>
  );
}

// `passwordrules` is Apple's; the attributes after it are for the strength script.
function weighed({ least, longest, guessable }: FreshPassword) {
  return {
    minlength: least,
    passwordrules: `minlength: ${least}; maxlength: ${longest};`,
    'data-strength': '',
    'data-least': least,
    'data-guessable': JSON.stringify(guessable),
  };
}
