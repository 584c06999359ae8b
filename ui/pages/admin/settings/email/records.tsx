import { Time } from '../../../../components/time.tsx';
import * as paths from '../../../../paths.ts';
import type { RecordRow, SenderShown } from './email.tsx';
import { isWholeZone, RecordToPublish } from './record.tsx';

export type RecordsSheetProps = {
  slug: string;
  sender: SenderShown;
  now: number;
  /** What is to be done stands elsewhere on the page. */
  isAside?: boolean;
};

/** The third step, and the place to look when it breaks: what is to stand in the DNS of the domain, and what does. */
export function RecordsSheet({ slug, sender, now, isAside = false }: RecordsSheetProps) {
  const { state, records } = sender;
  return (
    <section class="card stack records">
      <header class="records-head">
        <div>
          <h2>{titleOf(sender)}</h2>
          <p class="soft">
            <Standing sender={sender} />
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

function titleOf({ state, address, domain, brokenBy, records }: SenderShown): string {
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

/** Whether nothing is left to publish, or to put right. */
export function areRight(records: RecordRow[]): boolean {
  return neededOf(records).every(isRight);
}

/** All but what is only advised. */
function neededOf(records: RecordRow[]): RecordRow[] {
  return records.filter(({ key }) => key !== 'dmarc');
}

function isRight({ state }: RecordRow): boolean {
  return state === 'right';
}

function Standing({ sender }: { sender: SenderShown }) {
  const { state, records } = sender;
  if (areRight(records)) return <>{isStale(sender) ? WERE_RIGHT : ARE_RIGHT}</>;
  const needed = neededOf(records);
  const right = needed.filter(isRight);
  const unknown = needed.filter((record) => record.state === 'unknown');
  if (state === 'active' && right.length + unknown.length === needed.length) return <>{UNSAID}</>;
  return (
    <>
      {right.length} of {needed.length} needed records {right.length === 1 ? 'is' : 'are'} right
      {unknown.length > 0 && `, of ${unknown.length} it is not known yet`}. They tell mail services
      that mail from your address is not forged.
    </>
  );
}

const ARE_RIGHT = 'All needed records are right.';
const WERE_RIGHT = 'All needed records were right when they were last checked.';
const UNSAID =
  'The mail service could not say just now whether all records are right. Nothing is known to be wrong.';

/** Whether the mail service could say nothing at the last check. */
function isStale({ checkedAt, heardAt }: SenderShown): boolean {
  return checkedAt !== heardAt;
}

function CheckNow({ slug, sender, now, isAside }: RecordsSheetProps) {
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
        {sender.heardAt === null ? (
          'Not checked yet.'
        ) : (
          <>
            Last checked <Time at={sender.heardAt} now={now} />.
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

/** Before the address is confirmed, the code comes first; when all is well, nothing has to be done. */
function hasPrimary({ state }: SenderShown): boolean {
  return state === 'unverified' || state === 'broken';
}

/** For whoever has never seen a DNS record. */
function Advice({ sender: { domain, isLookedAfter } }: { sender: SenderShown }) {
  return (
    <ol class="advice soft small">
      <li>
        Sign in where the DNS of {domain} is managed: where the domain was bought, or where its
        website is. Look for “DNS”.
      </li>
      <li>
        Add each record with its type, name and value.{' '}
        {isWholeZone(domain)
          ? `Some panels append ${domain} to every name by themselves: there, enter the short name.`
          : 'Many panels append the domain that they manage to every name: leave that part out of the name.'}
      </li>
      <li>
        Press “Check now”. New records are often seen within minutes, but it can take an hour.{' '}
        {isLookedAfter
          ? 'We look by ourselves too.'
          : 'We don’t look by ourselves at present: press it again until all are right.'}
      </li>
    </ol>
  );
}
