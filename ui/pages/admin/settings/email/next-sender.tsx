import * as paths from '../../../../paths.ts';
import { NEW_DKIM_RECORD, SenderFields } from './address.tsx';
import { areRight } from './records.tsx';
import type { SenderView } from './types.ts';

type NextSenderProps = {
  slug: string;
  /** In use until the next one is ready. */
  sender: SenderView;
  next: SenderView;
  platformFrom: string;
};

/** The next address: what happens until it is in use, and how to give it up. Its code or its records come below. */
export function NextSenderCard({ slug, sender, next, platformFrom }: NextSenderProps) {
  const step = stepOf(sender, next);
  return (
    <section class="card stack">
      <header>
        <h2>
          Next: <span class="address">{next.address}</span>
        </h2>
        {step !== null && <p class="soft small">{step}</p>}
        <p>{untilThen(sender, next, platformFrom)}</p>
      </header>
      <details>
        <summary class="linkish">Keep {sender.address}</summary>
        <form class="stack" method="post" action={paths.removeSender(slug)}>
          <SenderFields sender={next} />
          <p>
            {next.address} is removed, and nothing changes for your clients.
            {next.use === 'from' && !isSameDomain(sender, next) && ` ${NEW_DKIM_RECORD}`}
          </p>
          <div class="actions">
            <button class="button quiet" type="submit">
              Keep {sender.address}
            </button>
          </div>
        </form>
      </details>
    </section>
  );
}

/** Whether both have the same records, so that the page shows them once. */
export function isSameDomain(sender: SenderView, next: SenderView): boolean {
  return sender.use === next.use && sender.domain === next.domain;
}

/** Which step comes next; null if the code is the only one. */
function stepOf(sender: SenderView, next: SenderView): string | null {
  if (next.state === 'unverified') return 'Step 2 of 2: publish its records';
  return waitsForRecords(sender, next) ? 'Step 1 of 2: type its code' : null;
}

function waitsForRecords(sender: SenderView, next: SenderView): boolean {
  return next.use === 'from' && sender.state === 'active' && !areRight(next.records);
}

function untilThen(sender: SenderView, next: SenderView, platformFrom: string): string {
  const { address, state } = sender;
  const leaves = `Mail goes on leaving from ${address}`;
  if (next.state === 'unverified') {
    if (!next.isScheduled) return untilChecked(sender);
    return state === 'active'
      ? `${leaves} until the records below are right. Then this address takes over by itself.`
      : `It takes the place of ${address} by itself once the records below are right.`;
  }
  if (state !== 'active') {
    return `It takes the place of ${address} once you type the code below. Until then replies go on reaching ${address}.`;
  }
  if (waitsForRecords(sender, next)) {
    return `${leaves} until you have typed the code and the records of ${next.domain} are right. Then this address takes over by itself.`;
  }
  return next.use === 'from'
    ? `${leaves} until you type the code below. The records of ${next.domain} are right already, so this address takes over at once.`
    : `${leaves} until you type the code below. From then on mail comes from ${platformFrom}, and replies reach ${next.address}.`;
}

/** For an address that the schedule no longer checks. */
function untilChecked({ address, state }: SenderView): string {
  const until = 'you press “Check now” and the records below are right';
  return state === 'active'
    ? `Mail goes on leaving from ${address} until ${until}. Then this address takes over.`
    : `It takes the place of ${address} once ${until}.`;
}
