import { VERBATIM } from '../verbatim.ts';
import { FieldError } from './field.tsx';

/** How many characters a code has, for the island that submits a whole one. */
export const CODE_LENGTH = 6;

export type CodeFieldProps = {
  label: string;
  value?: string | undefined;
  error?: string | undefined;
};

/** One input, not six, so that paste, autofill and screen readers work. No `maxlength`: it would cut a pasted sentence. */
export function CodeField({ label, value, error }: CodeFieldProps) {
  return (
    <div class="field">
      <label for="code">{label}</label>
      <input
        {...VERBATIM}
        class="code"
        id="code"
        name="code"
        type="text"
        inputmode="text"
        autocomplete="one-time-code"
        autocapitalize="characters"
        autocorrect="off"
        spellcheck={false}
        data-length={CODE_LENGTH}
        required
        value={value}
        autofocus={Boolean(error)}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={error ? 'code-error' : undefined}
      />
      <FieldError id="code" error={error} />
    </div>
  );
}
