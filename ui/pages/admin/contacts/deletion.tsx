import { PageHead } from '../../../components/page-head.tsx';
import { AdminLayout, type AdminShell } from '../../../layouts/admin.tsx';
import * as paths from '../../../paths.ts';
import { counted } from '../../../phrases.ts';

export type ContactDeletionPageProps = {
  nonce: string;
  shell: AdminShell;
  contact: { id: string; name: string; email: string };
  /** How many active sessions end with the contact. */
  sessions: number;
};

export function ContactDeletionPage({ nonce, shell, contact, sessions }: ContactDeletionPageProps) {
  const { slug } = shell.workspace;
  const card = paths.contact(slug, contact.id);
  return (
    <AdminLayout shell={shell} title={`Delete ${contact.name}`} nonce={nonce}>
      <PageHead title={`Delete ${contact.name}?`} back={{ label: contact.name, href: card }} />
      <form
        class="card stack narrow-form"
        method="post"
        action={paths.contactDeletion(slug, contact.id)}
      >
        <p>
          <strong>{contact.email}</strong> can no longer sign in
          {sessions > 0 && `, and ${counted(sessions, 'session')} will end at once`}. This cannot be
          undone.
        </p>
        <p class="soft">To keep them out for a while only, switch portal access off instead.</p>
        <div class="actions">
          <button class="button destructive" type="submit">
            Delete contact
          </button>
          <a class="button quiet" href={card}>
            Cancel
          </a>
        </div>
      </form>
    </AdminLayout>
  );
}
