import { Moment } from '../../../../components/time.tsx';
import * as paths from '../../../../paths.ts';
import { VERBATIM } from '../../../../verbatim.ts';
import { areRight } from './records.tsx';
import type { MailFrom, SenderView } from './types.ts';

type CurrentSenderProps = { slug: string; mailFrom: MailFrom; sender: SenderView | null };

/** From which address mail to clients leaves at this moment, and what is wrong if that is not their own. */
export function CurrentSenderCard({ slug, mailFrom, sender }: CurrentSenderProps) {
  return (
    <section class="card stack mail-now">
      <h2>Right now</h2>
      <p>
        Mail to clients comes from{' '}
        <strong {...VERBATIM} class="address">
          {mailFrom.name} &lt;{mailFrom.from}&gt;
        </strong>
        <Replies slug={slug} mailFrom={mailFrom} />
      </p>
      {sender?.state === 'broken' && <Broken sender={sender} mailFrom={mailFrom} />}
    </section>
  );
}

function Replies({ slug, mailFrom }: Pick<CurrentSenderProps, 'slug' | 'mailFrom'>) {
  if (mailFrom.isOwn) return <>, and replies reach that address.</>;
  if (mailFrom.replyTo === null) {
    return (
      <>
        . Replies do not reach you: enter an address below, or a portal contact in{' '}
        <a href={paths.branding(slug)}>Settings → Branding</a>.
      </>
    );
  }
  return (
    <>
      , and replies reach <strong class="address">{mailFrom.replyTo}</strong>.
    </>
  );
}

type BrokenProps = { sender: SenderView; mailFrom: MailFrom };

function Broken({ sender, mailFrom }: BrokenProps) {
  const { address, brokenAt } = sender;
  return (
    <div class="note note-bad stack">
      <p>
        <strong>
          Mail no longer leaves from {address}
          {brokenAt !== null && (
            <>
              , since <Moment at={brokenAt} />
            </>
          )}
          .
        </strong>{' '}
        {whatToDo(sender)}
      </p>
      <p>
        Nobody is locked out: clients still get every mail, from {mailFrom.from}
        {mailFrom.replyTo !== null && `, and their replies reach you at ${mailFrom.replyTo}`}.
      </p>
    </div>
  );
}

function whatToDo({ domain, brokenBy, records }: SenderView): string {
  if (brokenBy !== 'refusal') {
    return `A record of ${domain} is missing or wrong: see below which. When it is right again, mail is sent from your address again.`;
  }
  return areRight(records)
    ? 'The mail service refused to send from it, though the records are right. Press “Check now” below, and mail leaves from it again. If it happens again, tell the person who runs Latchkey for you.'
    : 'The mail service refused to send from it. Look through the records below, then press “Check now”: when all are right, mail leaves from it again.';
}
