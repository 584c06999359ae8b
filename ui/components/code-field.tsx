import { FieldError } from './field.tsx';

export type CodeFieldProps = {
  label: string;
  value?: string | undefined;
  error?: string | undefined;
};

/** One input, so that paste, autofill and screen readers work; forgiving in length for typed hyphens. */
export function CodeField({ label, value, error }: CodeFieldProps) {
  return (
    <div class="field">
      <label for="code">{label}</label>
      <input
        class="code"
        id="code"
        name="code"
        type="text"
        inputmode="text"
        autocomplete="one-time-code"
        autocapitalize="characters"
        autocorrect="off"
        spellcheck={false}
        maxlength={16}
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
