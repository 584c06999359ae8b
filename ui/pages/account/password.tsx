import { FORM_ERROR, FormError } from '../../components/form-error.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { Time } from '../../components/time.tsx';
import { ISLANDS } from '../../islands.ts';
import { AccountLayout, type AccountShell } from '../../layouts/account.tsx';
import * as paths from '../../paths.ts';

export type UpdatePasswordPageProps = {
  nonce: string;
  shell: AccountShell;
  /** Null if there is no password yet. */
  setAt: number | null;
  now: number;
  /** Whether the form asks for the current password: the sign-in was not recent. */
  asksCurrent: boolean;
  minLength: number;
  longest: number;
  errors?: { password?: string | undefined; current_password?: string | undefined } | undefined;
  /** Why the form as a whole was refused: too many attempts. */
  refused?: string | undefined;
  /** What a guesser tries first: the person's name and address, the workspace's name. */
  guessable: string[];
};

export function UpdatePasswordPage(props: UpdatePasswordPageProps) {
  const { nonce, shell, setAt, now } = props;
  return (
    <AccountLayout
      title={setAt === null ? 'Set a password' : 'Update password'}
      nonce={nonce}
      shell={shell}
      lead={
        <>
          A password is optional. You can always sign in by link too.
          {setAt !== null && (
            <>
              {' '}
              Yours was set <Time at={setAt} now={now} />.
            </>
          )}
        </>
      }
      islands={[ISLANDS.password]}
      scripts={[paths.strengthScript()]}
    >
      <PasswordForm {...props} />
      {setAt !== null && (
        <p class="small">
          <a class="danger linkish" href={paths.passwordRemoval()}>
            Remove the password
          </a>
        </p>
      )}
    </AccountLayout>
  );
}

function PasswordForm(props: UpdatePasswordPageProps) {
  const { shell, setAt, asksCurrent, errors = {}, refused } = props;
  return (
    <form
      class="card stack"
      method="post"
      action={paths.accountPassword()}
      aria-describedby={refused && FORM_ERROR}
    >
      {/* Tells a password manager whose password this is. */}
      <input
        type="text"
        name="username"
        autocomplete="username"
        value={shell.person.email}
        readonly
        hidden
      />
      {asksCurrent && <CurrentPassword error={errors.current_password} refused={refused} />}
      <PasswordField
        label={setAt === null ? 'Password' : 'New password'}
        name="password"
        id="password"
        autocomplete="new-password"
        error={errors.password}
        autofocus={Boolean(errors.password) && !errors.current_password}
        hint={`At least ${props.minLength} characters. Four or five words that only you would combine are good. You may use spaces and any alphabet, and you may paste.`}
        rules={{
          minLength: props.minLength,
          maxLength: props.longest,
          guessable: props.guessable,
        }}
      />
      <FormError message={refused} />
      <div class="actions">
        <button class="button primary" type="submit">
          Save password
        </button>
      </div>
      <p class="soft small">
        Saving signs out all your other devices. Sign-in links from earlier emails stop working.
      </p>
    </form>
  );
}

type CurrentPasswordProps = { error: string | undefined; refused: string | undefined };

function CurrentPassword({ error, refused }: CurrentPasswordProps) {
  return (
    <div>
      <PasswordField
        label="Current password"
        name="current_password"
        id="current_password"
        autocomplete="current-password"
        error={error}
        describedby={refused && FORM_ERROR}
      />
      <p class="forgot small">
        <a href={paths.confirmIdentity(paths.accountPassword(), 'link')}>
          Forgot it? Sign in again by link, then set a new one without it.
        </a>
      </p>
    </div>
  );
}
