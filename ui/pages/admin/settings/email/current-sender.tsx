import { Moment } from '../../../../components/time.tsx';
import { VERBATIM } from '../../../../verbatim.ts';
import { areRight } from './records.tsx';
import type { MailFrom, SenderView } from './types.ts';

type CurrentSenderProps = { name: string; mailFrom: MailFrom; sender: SenderView | null };

/** From which address mail to clients leaves at this moment, and what is wrong if that is not their own. */
export function CurrentSenderCard({ name, mailFrom, sender }: CurrentSenderProps) {
  return (
    <section class="card stack mail-now">
      <h2>Right now</h2>
      <p>
        Mail to clients comes from{' '}
        <strong {...VERBATIM} class="address">
          {name} &lt;{mailFrom.from}&gt;
        </strong>
        {mailFrom.replyTo === null ? (
          ', and replies reach that address.'
        ) : (
          <>
            , and replies reach <strong class="address">{mailFrom.replyTo}</strong>.
          </>
        )}
      </p>
      {sender?.state === 'broken' && <Broken sender={sender} mailFrom={mailFrom} />}
    </section>
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
