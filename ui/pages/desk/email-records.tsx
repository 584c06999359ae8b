import { Time } from '../../components/time.tsx';
import * as paths from '../../paths.ts';
import type { RecordRow, SenderShown } from './email.tsx';
import { RecordToPublish } from './email-record.tsx';

export type RecordsSheetProps = {
  slug: string;
  sender: SenderShown;
  now: number;
  /** What is to be done stands elsewhere on the page. */
  isAside?: boolean;
};

/** The third step, and the place to look when it breaks: what is to stand in the DNS of the domain, and what does. */
export function RecordsSheet({ slug, sender, now, isAside = false }: RecordsSheetProps) {
  const { state, slot, domain, records } = sender;
  return (
    <section class="sheet stack records">
      <header class="records-head">
        <div>
          <h2>{titleOf(sender)}</h2>
          <p class="soft">
            <Standing records={records} />
          </p>
        </div>
        <CheckNow slug={slug} sender={sender} now={now} isAside={isAside} />
      </header>
      {state !== 'active' && !areRight(records) && <Advice domain={domain} />}
      <ul class="record-list">
        {records.map((record) => (
          <li key={record.key}>
            <RecordToPublish record={record} domain={domain} slot={slot} />
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

function Standing({ records }: Pick<SenderShown, 'records'>) {
  if (areRight(records)) return <>All needed records are right.</>;
  const needed = neededOf(records);
  const right = needed.filter(isRight);
  return (
    <>
      {right.length} of {needed.length} needed records {right.length === 1 ? 'is' : 'are'} right.
      They tell mail services that mail from your address is not forged.
    </>
  );
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
        {sender.checkedAt === null ? (
          'Not checked yet.'
        ) : (
          <>
            Last checked <Time at={sender.checkedAt} now={now} />.
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
function Advice({ domain }: Pick<SenderShown, 'domain'>) {
  return (
    <ol class="advice soft small">
      <li>
        Sign in where {domain} is managed: where you bought it, or where its website is. Look for
        “DNS”.
      </li>
      <li>
        Add each record with its type, name and value. Some panels append {domain} to every name by
        themselves: there, enter the short name.
      </li>
      <li>
        Press “Check now”. New records are often seen within minutes, but it can take an hour. We
        look by ourselves too.
      </li>
    </ol>
  );
}
