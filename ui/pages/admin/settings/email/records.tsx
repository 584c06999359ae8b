import { Time } from '../../../../components/time.tsx';
import * as paths from '../../../../paths.ts';
import { isWholeZone, RecordToPublish } from './record.tsx';
import type { RecordRow, SenderView } from './types.ts';

type RecordsProps = {
  slug: string;
  sender: SenderView;
  now: number;
  /** Whether the next thing to do is elsewhere on the page. */
  isAside?: boolean;
};

/** The third step: the records of the domain, what is needed and what is published. */
export function RecordsCard({ slug, sender, now, isAside = false }: RecordsProps) {
  const { state, records } = sender;
  return (
    <section class="card stack records">
      <header class="records-head">
        <div>
          <h2>{titleOf(sender)}</h2>
          <p class="soft">
            <Progress sender={sender} />
          </p>
        </div>
        <CheckNow slug={slug} sender={sender} now={now} isAside={isAside} />
      </header>
      {state !== 'active' && !areRight(records) && <Advice sender={sender} />}
      <ul class="record-list">
        {records.map((record) => (
          <li key={record.key}>
            <RecordToPublish record={record} sender={sender} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function titleOf({ state, address, domain, brokenBy, records }: SenderView): string {
  if (state === 'active') return `Mail leaves from ${address}`;
  if (state !== 'broken') {
    return areRight(records)
      ? `The records of ${domain} are right already`
      : `Publish these records for ${domain}`;
  }
  if (areRight(records)) return `Check the records of ${domain} once more`;
  return brokenBy === 'refusal'
    ? `Look through the records of ${domain}`
    : `Put the records of ${domain} right`;
}

/** Whether all needed records are right. */
export function areRight(records: RecordRow[]): boolean {
  return needed(records).every(isRight);
}

/** The records without which mail does not leave. */
function needed(records: RecordRow[]): RecordRow[] {
  return records.filter(({ key }) => key !== 'dmarc');
}

function isRight({ state }: RecordRow): boolean {
  return state === 'right';
}

function Progress({ sender }: { sender: SenderView }) {
  const { state, records } = sender;
  if (areRight(records)) return <>{isStale(sender) ? WERE_RIGHT : ARE_RIGHT}</>;
  const all = needed(records);
  const right = all.filter(isRight);
  const unknown = all.filter((record) => record.state === 'unknown');
  if (state === 'active' && right.length + unknown.length === all.length) return <>{NO_VERDICT}</>;
  return (
    <>
      {right.length} of {all.length} needed records {right.length === 1 ? 'is' : 'are'} right
      {unknown.length > 0 &&
        `; ${unknown.length} ${unknown.length === 1 ? 'is' : 'are'} not known yet`}
      . They tell mail services that mail from your address is not forged.
    </>
  );
}

const ARE_RIGHT = 'All needed records are right.';
const WERE_RIGHT = 'All needed records were right when they were last checked.';
const NO_VERDICT =
  'The mail service could not say just now whether all records are right. Nothing is known to be wrong.';

/** Whether the mail service did not answer the last check. */
function isStale({ checkedAt, answeredAt }: SenderView): boolean {
  return checkedAt !== answeredAt;
}

function CheckNow({ slug, sender, now, isAside }: RecordsProps) {
  return (
    <form class="check-now" method="post" action={paths.checkSender(slug)}>
      <button
        class={hasPrimary(sender) && !isAside ? 'button primary' : 'button quiet'}
        type="submit"
        aria-describedby={`${sender.slot}-last-checked`}
      >
        Check now
      </button>
      <p class="soft small" id={`${sender.slot}-last-checked`}>
        {sender.answeredAt === null ? (
          'Not checked yet.'
        ) : (
          <>
            Last checked <Time at={sender.answeredAt} now={now} />.
          </>
        )}
        {sender.checkedAt !== null && isStale(sender) && (
          <>
            <br />
            No answer when asked <Time at={sender.checkedAt} now={now} />.
          </>
        )}
      </p>
    </form>
  );
}

/** Whether the button is the next thing to do: not before the code, and not while all is well. */
function hasPrimary({ state }: SenderView): boolean {
  return state === 'unverified' || state === 'broken';
}

/** For people who have never seen a DNS record. */
function Advice({ sender: { domain, isScheduled } }: { sender: SenderView }) {
  return (
    <ol class="advice soft small">
      <li>
        Sign in where the DNS of {domain} is managed: where the domain was bought, or where its
        website is. Look for “DNS”.
      </li>
      <li>
        Do what each record below says: add it with its type, name and value, or change what is
        there.{' '}
        {isWholeZone(domain)
          ? `Some panels append ${domain} to every name by themselves: there, enter the short name.`
          : 'Many panels append the domain that they manage to every name: leave that part out of the name.'}
      </li>
      <li>
        Press “Check now”. New records are often seen within minutes, but it can take an hour.{' '}
        {isScheduled
          ? 'We look by ourselves too.'
          : 'We don’t look by ourselves at present: press it again until all are right.'}
      </li>
    </ol>
  );
}
