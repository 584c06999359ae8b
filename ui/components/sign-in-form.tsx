import * as paths from '../paths.ts';
import { Field } from './field.tsx';
import { PasswordField } from './password-field.tsx';
import { REFUSED, Refused } from './refused.tsx';

export type SignInFormProps = {
  next?: string | undefined;
  email?: string | undefined;
  error?: string | undefined;
  refused?: string | undefined;
};

/** Signing in by a link that is mailed. */
export function SignInForm({ next, email, error, refused }: SignInFormProps) {
  return (
    <form
      class="stack"
      method="post"
      action={paths.requestLink()}
      aria-describedby={refused && REFUSED}
    >
      <EmailField value={email} error={error} enterkeyhint="send" />
      <Next next={next} />
      <Refused words={refused} />
      <button class="button primary wide" type="submit">
        Sign in
      </button>
      <p class="soft small">We will email you a link that signs you in. No password needed.</p>
    </form>
  );
}

export type PasswordSignInFormProps = Omit<SignInFormProps, 'error'> & {
  errors: { email?: string | undefined; password?: string | undefined };
};

/** Signing in by password. The second button keeps the way by link open, with the address as typed. */
export function PasswordSignInForm(props: PasswordSignInFormProps) {
  const { next, email, errors, refused } = props;
  return (
    <form
      class="stack"
      method="post"
      action={paths.signInByPassword()}
      aria-describedby={refused && REFUSED}
    >
      <EmailField value={email} error={errors.email} enterkeyhint="next" />
      <PasswordField
        label="Password"
        name="password"
        id="password"
        autocomplete="current-password"
        error={errors.password}
        describedby={refused && REFUSED}
        autofocus={Boolean(email) && !errors.email}
      />
      <Next next={next} />
      <Refused words={refused} />
      <button class="button primary wide" type="submit">
        Sign in
      </button>
      <LinkInstead>Email me a link instead</LinkInstead>
    </form>
  );
}

/** Sends the form it stands in to where a link is asked for, whatever else of it is still empty. */
export function LinkInstead({ children }: { children: string }) {
  return (
    <button class="button quiet wide" type="submit" formaction={paths.requestLink()} formnovalidate>
      {children}
    </button>
  );
}

type EmailFieldProps = {
  value: string | undefined;
  error: string | undefined;
  enterkeyhint: 'send' | 'next';
};

function EmailField({ value, error, enterkeyhint }: EmailFieldProps) {
  return (
    <Field
      name="email"
      label="Email"
      type="email"
      autocomplete="username"
      autocapitalize="none"
      spellcheck={false}
      enterkeyhint={enterkeyhint}
      required
      value={value}
      error={error}
      autofocus={Boolean(error)}
    />
  );
}

function Next({ next }: { next: string | undefined }) {
  return next === undefined ? null : <input type="hidden" name="next" value={next} />;
}
