import * as paths from '../paths.ts';
import { accountEntries } from './profile-menu.tsx';

export type SignedInAsProps = { email: string; passwords: boolean };

/** Who is signed in, for pages outside a workspace, which have no profile menu. */
export function SignedInAs({ email, passwords }: SignedInAsProps) {
  return (
    <form class="signed-in-as" method="post" action={paths.signOut()}>
      <span>Signed in as {email}</span>
      {accountEntries(passwords).map(({ label, href }) => (
        <a key={href} class="linkish" href={href}>
          {label}
        </a>
      ))}
      <button class="linkish" type="submit">
        Sign out
      </button>
    </form>
  );
}
