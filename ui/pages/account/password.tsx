import { PasswordField } from '../../components/password-field.tsx';
import { REFUSED, Refused } from '../../components/refused.tsx';
import { Time } from '../../components/time.tsx';
import passwordIsland from '../../islands/password.island.js';
import { AccountLayout, type AccountShell } from '../../layouts/account.tsx';
import * as paths from '../../paths.ts';

export type UpdatePasswordPageProps = {
  nonce: string;
  account: AccountShell;
  /** Null: there is none yet. */
  setAt: number | null;
  now: number;
  /** The password now in use is asked for, because signing in was a while ago. */
  asksCurrent: boolean;
  minLength: number;
  longest: number;
  errors?: { password?: string | undefined; current_password?: string | undefined } | undefined;
  /** What is wrong with the form as a whole: too many tries. */
  refused?: string | undefined;
  /** What a guesser would try first: the person's name and address, the workspace's name. */
  guessable: string[];
};

export function UpdatePasswordPage(props: UpdatePasswordPageProps) {
  const { nonce, account, setAt, now } = props;
  return (
    <AccountLayout
      title={setAt === null ? 'Set a password' : 'Update password'}
      nonce={nonce}
      account={account}
      lead={
        <>
          A password is a choice: the sign-in link keeps working either way.
          {setAt !== null && (
            <>
              {' '}
              Yours was set <Time at={setAt} now={now} />.
            </>
          )}
        </>
      }
      islands={[passwordIsland]}
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
  const { account, setAt, asksCurrent, errors = {}, refused } = props;
  return (
    <form
      class="sheet stack"
      method="post"
      action={paths.accountPassword()}
      aria-describedby={refused && REFUSED}
    >
      {/* Tells a password manager which account it is saving for. */}
      <input
        type="text"
        name="username"
        autocomplete="username"
        value={account.person.email}
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
        hint={`At least ${props.minLength} characters. Four or five words that only you would put together do well. Spaces and any script are welcome, and so is pasting.`}
        fresh={{ least: props.minLength, longest: props.longest, guessable: props.guessable }}
      />
      <Refused words={refused} />
      <div class="actions">
        <button class="button primary" type="submit">
          Save password
        </button>
      </div>
      <p class="soft small">
        Saving signs out all your other devices, and sign-in links mailed before stop working.
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
        describedby={refused && REFUSED}
      />
      <p class="forgot small">
        <a href={paths.confirmIdentity(paths.accountPassword(), 'link')}>
          Forgot it? Sign in again by link, then set a new one without it.
        </a>
      </p>
    </div>
  );
}
