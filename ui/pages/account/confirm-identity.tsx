import { PasswordField } from '../../components/password-field.tsx';
import { LinkInstead, PageName } from '../../components/sign-in-form.tsx';
import { ISLANDS } from '../../islands.ts';
import { AccountLayout, type AccountShell } from '../../layouts/account.tsx';
import * as paths from '../../paths.ts';

export type ConfirmIdentityPageProps = {
  nonce: string;
  shell: AccountShell;
  pageName: string;
  /** The page to go to afterwards. */
  next: string;
  /** The ways to sign in that the page offers. */
  by: 'password or link' | 'link';
  forgotten: boolean;
  /** For how long a sign-in counts as recent. */
  minutes: number;
};

/** Asks somebody to sign in once more. The forms post to where the sign-in page posts. */
export function ConfirmIdentityPage(props: ConfirmIdentityPageProps) {
  const { nonce, shell, pageName, next, by, forgotten, minutes } = props;
  const hasPassword = by === 'password or link';
  return (
    <AccountLayout
      title="Is it you?"
      nonce={nonce}
      shell={shell}
      lead={forgotten ? FORGOTTEN : sensitive(minutes)}
      islands={hasPassword ? [ISLANDS.password] : []}
    >
      <form
        class="card stack"
        method="post"
        action={hasPassword ? paths.signInByPassword() : paths.requestLink()}
      >
        <EmailShown email={shell.person.email} />
        <input type="hidden" name="next" value={next} />
        <PageName name={pageName} />
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
  'Sign in once more, by a link that we email you. After that you can set a new password without the old one.';

function sensitive(minutes: number): string {
  return `The next step needs a recent sign-in, and you signed in more than ${minutes} minutes ago. Please sign in once more.`;
}

/** The address as a readonly input: the form sends it, and password managers read it. */
function EmailShown({ email }: { email: string }) {
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
