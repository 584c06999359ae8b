import * as paths from '../paths.ts';
import { Field } from './field.tsx';

export type SignInFormProps = {
  next?: string | undefined;
  email?: string | undefined;
  error?: string | undefined;
};

export function SignInForm({ next, email, error }: SignInFormProps) {
  return (
    <form class="stack" method="post" action={paths.requestLink()}>
      <Field
        name="email"
        label="Email"
        type="email"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        enterkeyhint="send"
        required
        value={email}
        error={error}
        autofocus={Boolean(error)}
      />
      {next !== undefined && <input type="hidden" name="next" value={next} />}
      <button class="button primary wide" type="submit">
        Sign in
      </button>
      <p class="soft small">We will email you a link that signs you in. No password needed.</p>
    </form>
  );
}
