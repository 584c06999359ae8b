import * as paths from '../paths.ts';

/** For pages outside a workspace, which have no profile menu. */
export function SignedInAs({ email }: { email: string }) {
  return (
    <form class="signed-in-as" method="post" action={paths.signOut()}>
      <span>Signed in as {email}</span>
      <button class="linkish" type="submit">
        Sign out
      </button>
    </form>
  );
}
