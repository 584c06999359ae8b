import { LATCHKEY } from '../../ui/theme.ts';
import type { MailId } from '../db/ids.ts';
import type { OutgoingMail } from '../mail/mailer.ts';
import { oneLine } from '../mail/one-line.ts';
import type { Stores } from '../sign-in/issue.ts';
import { ownerAddress } from '../tenancy/members.ts';
import type { Workspace } from '../tenancy/workspaces.ts';
import type { Words } from './letters.ts';

/** A mail ready to leave. */
export type Addressed = OutgoingMail;

/** A mail that is written: its order's id, whom it is to, and the workspace in whose name it speaks, if in any. */
type Written = { id: MailId; to: string; words: Words; ofWorkspace: Workspace | undefined };

/** Says from whom a mail comes, and who is reached by answering it. */
export async function addressed(
  { db }: Pick<Stores, 'db'>,
  { mailFrom }: { mailFrom: string },
  { id, to, words, ofWorkspace }: Written,
): Promise<Addressed> {
  const domain = mailFrom.slice(mailFrom.lastIndexOf('@') + 1);
  return {
    ...words,
    id: `${id}@${domain}`,
    to,
    from: { name: oneLine((ofWorkspace ?? LATCHKEY).name), email: mailFrom },
    replyTo:
      ofWorkspace === undefined
        ? null
        : ofWorkspace.portalContact || (await ownerAddress(db, ofWorkspace.id)),
  };
}
