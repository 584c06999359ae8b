import * as paths from '../../../../paths.ts';
import { NEW_DKIM_RECORD, SenderFields } from './address.tsx';
import { areRight } from './records.tsx';
import type { SenderView } from './types.ts';

type NextSenderProps = {
  slug: string;
  /** In use until the next one is ready. */
  currentSender: SenderView;
  nextSender: SenderView;
  platformFrom: string;
};

/** The next address: what happens until it is in use, and how to give it up. Its code or its records come below. */
export function NextSenderCard({ slug, currentSender, nextSender, platformFrom }: NextSenderProps) {
  const step = stepOf(currentSender, nextSender);
  return (
    <section class="card stack">
      <header>
        <h2>
          Next: <span class="address">{nextSender.address}</span>
        </h2>
        {step !== null && <p class="soft small">{step}</p>}
        <p>{untilThen(currentSender, nextSender, platformFrom)}</p>
      </header>
      <details>
        <summary class="linkish">Keep {currentSender.address}</summary>
        <form class="stack" method="post" action={paths.removeSender(slug)}>
          <SenderFields sender={nextSender} />
          <p>
            {nextSender.address} is removed, and nothing changes for your clients.
            {nextSender.use === 'from' &&
              !isSameDomain(currentSender, nextSender) &&
              ` ${NEW_DKIM_RECORD}`}
          </p>
          <div class="actions">
            <button class="button quiet" type="submit">
              Keep {currentSender.address}
            </button>
          </div>
        </form>
      </details>
    </section>
  );
}

/** Whether both have the same records, so that the page shows them once. */
export function isSameDomain(currentSender: SenderView, nextSender: SenderView): boolean {
  return currentSender.use === nextSender.use && currentSender.domain === nextSender.domain;
}

/** Which step comes next; null if the code is the only one. */
function stepOf(currentSender: SenderView, nextSender: SenderView): string | null {
  if (nextSender.state === 'unverified') return 'Step 2 of 2: publish its records';
  return waitsForRecords(currentSender, nextSender) ? 'Step 1 of 2: type its code' : null;
}

function waitsForRecords(currentSender: SenderView, nextSender: SenderView): boolean {
  return (
    nextSender.use === 'from' && currentSender.state === 'active' && !areRight(nextSender.records)
  );
}

function untilThen(
  currentSender: SenderView,
  nextSender: SenderView,
  platformFrom: string,
): string {
  const { address, state } = currentSender;
  const leaves = `Mail goes on leaving from ${address}`;
  if (nextSender.state === 'unverified') {
    if (!nextSender.isScheduled) return untilChecked(currentSender);
    return state === 'active'
      ? `${leaves} until the records below are right. Then this address takes over by itself.`
      : `It takes the place of ${address} by itself once the records below are right.`;
  }
  if (state !== 'active') {
    return `It takes the place of ${address} once you type the code below. Until then replies go on reaching ${address}.`;
  }
  if (waitsForRecords(currentSender, nextSender)) {
    return `${leaves} until you have typed the code and the records of ${nextSender.domain} are right. Then this address takes over by itself.`;
  }
  return nextSender.use === 'from'
    ? `${leaves} until you type the code below. The records of ${nextSender.domain} are right already, so this address takes over at once.`
    : `${leaves} until you type the code below. From then on mail comes from ${platformFrom}, and replies reach ${nextSender.address}.`;
}

/** For an address that the schedule no longer checks. */
function untilChecked({ address, state }: SenderView): string {
  const until = 'you press “Check now” and the records below are right';
  return state === 'active'
    ? `Mail goes on leaving from ${address} until ${until}. Then this address takes over.`
    : `It takes the place of ${address} once ${until}.`;
}
