import { Moment } from '../../../../components/time.tsx';
import { areRight } from './records.tsx';
import type { CurrentFrom, SenderView } from './types.ts';

type CurrentSenderProps = { name: string; current: CurrentFrom; sender: SenderView | null };

/** From which address mail to clients leaves at this moment, and what is wrong if that is not their own. */
export function CurrentSenderCard({ name, current, sender }: CurrentSenderProps) {
  return (
    <section class="card stack mail-now">
      <h2>Right now</h2>
      <p>
        Mail to clients comes from{' '}
        <strong class="address">
          {name} &lt;{current.from}&gt;
        </strong>
        {current.replyTo === null ? (
          ', and replies reach that address.'
        ) : (
          <>
            , and replies reach <strong class="address">{current.replyTo}</strong>.
          </>
        )}
      </p>
      {sender?.state === 'broken' && <Broken sender={sender} current={current} />}
    </section>
  );
}

type BrokenProps = { sender: SenderView; current: CurrentFrom };

function Broken({ sender, current }: BrokenProps) {
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
        Nobody is locked out: clients still get every mail, from {current.from}
        {current.replyTo !== null && `, and their replies reach you at ${current.replyTo}`}.
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
