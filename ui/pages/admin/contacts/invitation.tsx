import { ariaAttributes, FieldWrapper } from '../../../components/field.tsx';
import * as paths from '../../../paths.ts';

/** The sentence for an invitation, as typed, and why it was not mailed. */
export type InvitationDraft = { message: string; error?: string | undefined };

export type InvitationProps = {
  slug: string;
  contact: { id: string; email: string; portalAccess: boolean };
  draft: InvitationDraft;
};

const HINT = 'One sentence in plain text, at most 300 characters.';

/** The form that mails the portal's address to a contact. Without access hidden, until the switch island shows it. */
export function Invitation({ slug, contact, draft: { message, error } }: InvitationProps) {
  const isRefused = error !== undefined;
  return (
    <details
      id="invitation"
      class="folded"
      open={isRefused}
      hidden={!contact.portalAccess && !isRefused}
    >
      <summary class="linkish">Mail an invitation</summary>
      <form class="stack" method="post" action={paths.contactInvitation(slug, contact.id)}>
        <p class="soft small">
          It goes to {contact.email}, with the portal URL and how to sign in.
        </p>
        <FieldWrapper id="message" label="A sentence of yours (optional)" hint={HINT} error={error}>
          <textarea
            id="message"
            name="message"
            rows={3}
            maxlength={300}
            value={message}
            {...ariaAttributes({ id: 'message', hint: HINT, error })}
          />
        </FieldWrapper>
        <div class="actions">
          <button class="button quiet" type="submit">
            Send the invitation
          </button>
        </div>
      </form>
    </details>
  );
}
