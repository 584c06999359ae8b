import { AccountLayout, type AccountShell } from '../../layouts/account.tsx';
import * as paths from '../../paths.ts';

export type PasswordRemovalPageProps = { nonce: string; shell: AccountShell };

export function PasswordRemovalPage({ nonce, shell }: PasswordRemovalPageProps) {
  return (
    <AccountLayout title="Remove your password?" nonce={nonce} shell={shell}>
      <form class="card stack" method="post" action={paths.passwordRemoval()}>
        <p>
          After this, you sign in by a link that we email to{' '}
          <strong class="address">{shell.person.email}</strong> when you ask for it.
        </p>
        <p class="soft">
          Your other devices are signed out. You can set a new password at any time.
        </p>
        <div class="actions">
          <button class="button destructive" type="submit">
            Remove password
          </button>
          <a class="button quiet" href={paths.accountPassword()}>
            Keep it
          </a>
        </div>
      </form>
    </AccountLayout>
  );
}
