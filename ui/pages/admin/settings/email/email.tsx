import { ISLANDS } from '../../../../islands.ts';
import type { AdminShell } from '../../../../layouts/admin.tsx';
import { SettingsLayout } from '../../../../layouts/settings.tsx';
import { AddressCard, OtherAddress, RepliesCard } from './address.tsx';
import { CodeCard } from './code.tsx';
import { CurrentSenderCard } from './current-sender.tsx';
import type { LastMail } from './last-mail.tsx';
import { isSameDomain, NextSenderCard } from './next-sender.tsx';
import { areRight, RecordsCard } from './records.tsx';
import { Sample } from './sample.tsx';
import type { AddressForm, MailFrom, SenderView } from './types.ts';

export type EmailPageProps = {
  nonce: string;
  shell: AdminShell;
  mailFrom: MailFrom;
  /** The platform's own sender. */
  platformFrom: string;
  form: AddressForm;
  currentSender: SenderView | null;
  /** The sender that is to replace the current one, and is not ready yet. */
  nextSender: SenderView | null;
  sample: LastMail | null;
  now: number;
};

/** From which address mail leaves, and what is left to do until it leaves from the freelancer's own. */
export function EmailPage(props: EmailPageProps) {
  const { nonce, shell, mailFrom, platformFrom, form, currentSender, nextSender, now } = props;
  const { slug } = shell.workspace;
  return (
    <SettingsLayout
      shell={shell}
      title="Email"
      nonce={nonce}
      islands={[ISLANDS.copy, ISLANDS.code]}
      section="email"
    >
      <CurrentSenderCard slug={slug} mailFrom={mailFrom} sender={currentSender} />
      {currentSender === null && <AddressCard slug={slug} form={form} />}
      {currentSender !== null && nextSender === null && (
        <SetUp slug={slug} sender={currentSender} platformFrom={platformFrom} now={now} />
      )}
      {currentSender !== null && nextSender !== null && (
        <>
          <NextSenderCard {...{ slug, currentSender, nextSender, platformFrom }} />
          <SetUp slug={slug} sender={nextSender} platformFrom={platformFrom} now={now} />
          {hasRecords(currentSender) && !isSameDomain(currentSender, nextSender) && (
            <details class="records-ahead" open={currentSender.state === 'broken'}>
              <summary class="linkish">See the records of {currentSender.address}</summary>
              <RecordsCard slug={slug} sender={currentSender} now={now} isAside />
            </details>
          )}
        </>
      )}
      {currentSender !== null && (
        <OtherAddress {...{ slug, form, currentSender, nextSender, platformFrom }} />
      )}
      <Sample slug={slug} member={shell.member.email} last={props.sample} now={now} />
    </SettingsLayout>
  );
}

type SetUpProps = { slug: string; sender: SenderView; platformFrom: string; now: number };

/** The steps to set up one address. */
function SetUp({ slug, sender, platformFrom, now }: SetUpProps) {
  const { state, domain, records } = sender;
  return (
    <>
      {state === 'unconfirmed' && <CodeCard slug={slug} sender={sender} now={now} />}
      {state === 'unconfirmed' && records.length > 0 && (
        <details class="records-ahead">
          <summary class="linkish">
            {areRight(records)
              ? `See the records of ${domain}`
              : `See the records to publish for ${domain}`}
          </summary>
          <RecordsCard slug={slug} sender={sender} now={now} />
        </details>
      )}
      {state === 'reply-only' && <RepliesCard sender={sender} platformFrom={platformFrom} />}
      {hasRecords(sender) && <RecordsCard slug={slug} sender={sender} now={now} />}
    </>
  );
}

function hasRecords({ state }: SenderView): boolean {
  return state === 'unverified' || state === 'active' || state === 'broken';
}
