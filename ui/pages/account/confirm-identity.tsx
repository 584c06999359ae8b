import { PasswordField } from '../../components/password-field.tsx';
import { LinkInstead } from '../../components/sign-in-form.tsx';
import passwordIsland from '../../islands/password.island.js';
import { AccountLayout, type AccountShell } from '../../layouts/account.tsx';
import * as paths from '../../paths.ts';

export type ConfirmIdentityPageProps = {
  nonce: string;
  account: AccountShell;
  /** Where it was going, and goes on to. */
  next: string;
  /** Which proofs there are to choose from: a password that was forgotten is none. */
  by: 'password or link' | 'link';
  forgotten: boolean;
  /** How long signing in counts as just now. */
  minutes: number;
};

/** Signing in once more, as the same person: the forms are those of the sign-in page. */
export function ConfirmIdentityPage(props: ConfirmIdentityPageProps) {
  const { nonce, account, next, by, forgotten, minutes } = props;
  const hasPassword = by === 'password or link';
  return (
    <AccountLayout
      title="Is it you?"
      nonce={nonce}
      account={account}
      lead={forgotten ? FORGOTTEN : sensitive(minutes)}
      islands={hasPassword ? [passwordIsland] : []}
    >
      <form
        class="sheet stack"
        method="post"
        action={hasPassword ? paths.signInByPassword() : paths.requestLink()}
      >
        <Who email={account.person.email} />
        <input type="hidden" name="next" value={next} />
        {hasPassword ? (
          <>
            <PasswordField
              label="Password"
              name="password"
              id="password"
              autocomplete="current-password"
              autofocus
            />
            <button class="button primary wide" type="submit">
              Continue
            </button>
            <LinkInstead>Email me a link instead</LinkInstead>
          </>
        ) : (
          <button class="button primary wide" type="submit">
            Email me a link
          </button>
        )}
      </form>
    </AccountLayout>
  );
}

const FORGOTTEN =
  'Sign in once more, by a mailed link. For a while after that, you can set a new password without the old one.';

function sensitive(minutes: number): string {
  return `What comes next is sensitive, and you signed in more than ${minutes} minutes ago. Please sign in once more.`;
}

/** Sent with the form, and read by a password manager; as plain as text, because it cannot be changed. */
function Who({ email }: { email: string }) {
  return (
    <div class="field">
      <label for="email">Email</label>
      <input
        class="plain"
        type="text"
        id="email"
        name="email"
        autocomplete="username"
        value={email}
        readonly
      />
    </div>
  );
}
