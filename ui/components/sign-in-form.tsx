import * as paths from '../paths.ts';
import { Field } from './field.tsx';
import { FORM_ERROR, FormError } from './form-error.tsx';
import { PasswordField } from './password-field.tsx';

export type SignInFormProps = {
  /** The name of the page. A form that is sent twice from one page asks once. */
  pageName?: string | undefined;
  next?: string | undefined;
  email?: string | undefined;
  error?: string | undefined;
  refused?: string | undefined;
  challenge?: Challenge | undefined;
};

/** A Turnstile challenge: its site key, and the name of the form. */
export type Challenge = { siteKey: string; action: string };

/** The script that shows a challenge where an element has its class. */
export const CHALLENGE_SCRIPT = 'https://challenges.cloudflare.com/turnstile/v0/api.js';

/** The form that asks for a magic link. */
export function SignInForm(props: SignInFormProps) {
  const { pageName, next, email, error, refused, challenge } = props;
  return (
    <form
      class="stack"
      method="post"
      action={paths.requestLink()}
      aria-describedby={refused && FORM_ERROR}
    >
      <EmailField value={email} error={error} enterkeyhint="send" />
      <Next next={next} />
      <PageName name={pageName} />
      <FormError message={refused} />
      {challenge && (
        <div
          class="cf-turnstile"
          data-sitekey={challenge.siteKey}
          data-action={challenge.action}
          data-appearance="interaction-only"
        />
      )}
      <button class="button primary wide" type="submit">
        Sign in
      </button>
      <p class="soft small">We will email you a link that signs you in. You need no password.</p>
    </form>
  );
}

export type PasswordSignInFormProps = Omit<SignInFormProps, 'error' | 'challenge'> & {
  errors: { email?: string | undefined; password?: string | undefined };
};

/** The form for a password. Its second button asks for a magic link with the same address. */
export function PasswordSignInForm(props: PasswordSignInFormProps) {
  const { pageName, next, email, errors, refused } = props;
  return (
    <form
      class="stack"
      method="post"
      action={paths.signInByPassword()}
      aria-describedby={refused && FORM_ERROR}
    >
      <EmailField value={email} error={errors.email} enterkeyhint="next" />
      <PasswordField
        label="Password"
        name="password"
        id="password"
        autocomplete="current-password"
        error={errors.password}
        describedby={refused && FORM_ERROR}
        autofocus={Boolean(email) && !errors.email}
      />
      <Next next={next} />
      <PageName name={pageName} />
      <FormError message={refused} />
      <button class="button primary wide" type="submit">
        Sign in
      </button>
      <LinkInstead>Email me a link instead</LinkInstead>
    </form>
  );
}

/** A button that posts the form around it to where a magic link is asked for, without checking its fields. */
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

/** The field that names the page in a form that asks for a link. */
export function PageName({ name }: { name: string | undefined }) {
  return name === undefined ? null : <input type="hidden" name="page" value={name} />;
}
