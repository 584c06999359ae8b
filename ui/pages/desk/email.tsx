import { CodeField } from '../../components/code-field.tsx';
import type { DeskFrame } from '../../layouts/desk.tsx';
import { SettingsLayout } from '../../layouts/settings.tsx';
import * as paths from '../../paths.ts';

/** A DNS record of the freelancer's domain: what is to be there, and what is. */
export type RecordRow = {
  key: 'spf' | 'dkim' | 'lockdown' | 'dmarc';
  /** What it does, in plain words: "Says that our mail service may send for you". */
  purpose: string;
  /** The full name, such as `_mailchannels.studio.example`. */
  name: string;
  /** What it is to hold, to copy; '' while the mail service has not made it yet. */
  value: string;
  /** `advised`: nothing waits for it. */
  state: 'right' | 'missing' | 'wrong' | 'unknown' | 'advised';
  /** What is wrong and what to do next, or that all is well. */
  words: string;
  /** What stands there at present. */
  found: string[];
};

export type SenderShown = {
  address: string;
  domain: string;
  use: 'from' | 'reply-to';
  /** Why it is for replies only. */
  why: 'free-mail' | 'no-domains' | null;
  state: 'unconfirmed' | 'unverified' | 'active' | 'broken' | 'replies';
  /** The form for the code, while the address is unconfirmed. */
  code: { typed: string; error: string | undefined; locked: boolean; minutes: number } | null;
  records: RecordRow[];
  checkedAt: number | null;
  brokenAt: number | null;
  brokenBy: 'records' | 'refusal' | null;
};

export type EmailPageProps = {
  nonce: string;
  desk: DeskFrame;
  /** As a client's mail would leave at this moment. */
  current: { from: string; replyTo: string | null };
  /** The platform's own sender. */
  platformFrom: string;
  /** The form for the address, as typed. */
  form: { email: string; error: string | undefined };
  sender: SenderShown | null;
  now: number;
};

/** Settings, Email: from which address clients' mail leaves. */
export function EmailPage({ nonce, desk, current, form, sender }: EmailPageProps) {
  const { slug } = desk.workspace;
  return (
    <SettingsLayout desk={desk} title="Email" nonce={nonce} section="email">
      <p>
        Mail leaves from {current.from}
        {current.replyTo !== null && `, replies reach ${current.replyTo}`}
      </p>
      <form method="post" action={paths.senderSettings(slug)}>
        <label for="email">Your address</label>
        <input id="email" name="email" type="email" required value={form.email} />
        {form.error !== undefined && <p>{form.error}</p>}
        <button type="submit">Use this address</button>
      </form>
      {sender !== null && (
        <section>
          <h2>{sender.address}</h2>
          <p>{`${sender.state} ${sender.why ?? ''} ${sender.brokenBy ?? ''}`}</p>
          {sender.code !== null && (
            <form method="post" action={paths.confirmSender(slug)}>
              {sender.code.locked ? (
                <p>Too many wrong codes.</p>
              ) : (
                <CodeField label="Code" value={sender.code.typed} error={sender.code.error} />
              )}
              <button type="submit">Confirm</button>
            </form>
          )}
          {sender.records.map(({ key, name, value, state, words, found }) => (
            <p key={key}>{[key, name, value, state, words, ...found].join(' | ')}</p>
          ))}
        </section>
      )}
    </SettingsLayout>
  );
}
