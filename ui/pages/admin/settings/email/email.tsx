import type { RecordState } from '../../../../components/record-state.tsx';
import codeIsland from '../../../../islands/code.island.js';
import copyIsland from '../../../../islands/copy.island.js';
import type { AdminShell } from '../../../../layouts/admin.tsx';
import { SettingsLayout } from '../../../../layouts/settings.tsx';
import { AddressSheet, OtherAddress, RepliesSheet } from './address.tsx';
import { ConfirmSheet } from './code.tsx';
import { MailNow } from './current-sender.tsx';
import type { LastMail } from './last-mail.tsx';
import { isSameDomain, NextSheet } from './next-sender.tsx';
import { areRight, RecordsSheet } from './records.tsx';
import { Sample } from './sample.tsx';

/** A DNS record of the freelancer's domain: what is to be there, and what is. */
export type RecordRow = {
  key: 'spf' | 'dkim' | 'lockdown' | 'mx' | 'dmarc';
  /** What it does, in plain words: "Says that our mail service may send for you". */
  purpose: string;
  /** The full name, such as `_mailchannels.studio.example`. */
  name: string;
  /** What it is to hold, to copy; '' while the mail service has not made it yet, and for `mx`. */
  value: string;
  /** `advised`: nothing waits for it. */
  state: RecordState;
  /** What is wrong and what to do next, or that all is well. */
  words: string;
  /** What stands there at present. */
  found: string[];
};

export type SenderShown = {
  id: string;
  slot: 'current' | 'next';
  /** Both as people read them. */
  address: string;
  domain: string;
  /** As record names end in it. */
  asciiDomain: string;
  use: 'from' | 'reply-to';
  /** Why it is for replies only. */
  why: 'free-mail' | 'no-domains' | null;
  state: 'unconfirmed' | 'unverified' | 'active' | 'broken' | 'replies';
  /** The form for the code, while the address is unconfirmed. */
  code: CodeShown | null;
  records: RecordRow[];
  /** Whether its records are checked by themselves. */
  isLookedAfter: boolean;
  /** When the mail service last said how they stand. */
  heardAt: number | null;
  /** When it was last asked. */
  checkedAt: number | null;
  brokenAt: number | null;
  brokenBy: 'records' | 'refusal' | null;
};

export type CodeShown = {
  typed: string;
  error: string | undefined;
  /** Why no other one is mailed, when one was asked for. */
  again?: string;
  /** Why none can be typed just now. */
  closed: string | null;
  /** For how long one works. */
  minutes: number;
  /** What became of the mail with it, where that is not what it should be. */
  mail: LastMail | null;
};

export type EmailPageProps = {
  nonce: string;
  shell: AdminShell;
  /** As a client's mail would leave at this moment. */
  current: { from: string; replyTo: string | null };
  /** The platform's own sender. */
  platformFrom: string;
  /** The form for the address, as typed. */
  form: { email: string; error: string | undefined };
  sender: SenderShown | null;
  /** What is to take its place, and is not ready yet. */
  next: SenderShown | null;
  sample: LastMail | null;
  now: number;
};

/** How mail leaves, and what is still to be done until it leaves from the freelancer's own address. */
export function EmailPage(props: EmailPageProps) {
  const { nonce, shell, current, platformFrom, form, sender, next, now } = props;
  const { slug } = shell.workspace;
  return (
    <SettingsLayout
      shell={shell}
      title="Email"
      nonce={nonce}
      islands={[copyIsland, codeIsland]}
      section="email"
    >
      <MailNow name={shell.workspace.name} current={current} sender={sender} />
      {sender === null && <AddressSheet slug={slug} form={form} />}
      {sender !== null && next === null && (
        <SetUp slug={slug} sender={sender} platformFrom={platformFrom} now={now} />
      )}
      {sender !== null && next !== null && (
        <>
          <NextSheet slug={slug} sender={sender} next={next} platformFrom={platformFrom} />
          <SetUp slug={slug} sender={next} platformFrom={platformFrom} now={now} />
          {hasRecords(sender) && !isSameDomain(sender, next) && (
            <details class="records-ahead" open={sender.state === 'broken'}>
              <summary class="linkish">See the records of {sender.address}</summary>
              <RecordsSheet slug={slug} sender={sender} now={now} isAside />
            </details>
          )}
        </>
      )}
      {sender !== null && <OtherAddress {...{ slug, form, sender, next, platformFrom }} />}
      <Sample slug={slug} member={shell.member.email} last={props.sample} now={now} />
    </SettingsLayout>
  );
}

type SetUpProps = Pick<EmailPageProps, 'platformFrom' | 'now'> & {
  slug: string;
  sender: SenderShown;
};

/** What is to be done about one address, or was. */
function SetUp({ slug, sender, platformFrom, now }: SetUpProps) {
  const { state, domain, records } = sender;
  return (
    <>
      {state === 'unconfirmed' && <ConfirmSheet slug={slug} sender={sender} now={now} />}
      {state === 'unconfirmed' && records.length > 0 && (
        <details class="records-ahead">
          <summary class="linkish">
            {areRight(records)
              ? `See the records of ${domain}`
              : `See already what to publish for ${domain}`}
          </summary>
          <RecordsSheet slug={slug} sender={sender} now={now} />
        </details>
      )}
      {state === 'replies' && <RepliesSheet sender={sender} platformFrom={platformFrom} />}
      {hasRecords(sender) && <RecordsSheet slug={slug} sender={sender} now={now} />}
    </>
  );
}

function hasRecords({ state }: SenderShown): boolean {
  return state === 'unverified' || state === 'active' || state === 'broken';
}
