import { FormError } from '../../../components/form-error.tsx';
import * as paths from '../../../paths.ts';

export type SignInLinkProps = {
  slug: string;
  contact: { id: string; email: string; portalAccess: boolean };
  /** Why no link was sent just now. */
  refused: string | undefined;
};

/** The form that mails a contact a sign-in link unasked. Without access hidden, until the switch island shows it. */
export function SignInLink({ slug, contact, refused }: SignInLinkProps) {
  const isRefused = refused !== undefined;
  return (
    <details
      id="sign-in-link"
      class="folded"
      open={isRefused}
      hidden={!contact.portalAccess && !isRefused}
    >
      <summary class="linkish">Send a sign-in link</summary>
      <form class="stack" method="post" action={paths.contactSignInLink(slug, contact.id)}>
        <p class="soft small">
          For somebody who waits for a mail. It goes to {contact.email} and works once, for 10
          minutes, whatever others have asked for.
        </p>
        <FormError message={refused} />
        <div class="actions">
          <button class="button quiet" type="submit">
            Send a sign-in link
          </button>
        </div>
      </form>
    </details>
  );
}
