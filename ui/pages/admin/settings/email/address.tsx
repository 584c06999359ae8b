import { Field } from '../../../../components/field.tsx';
import * as paths from '../../../../paths.ts';
import type { EmailPageProps, SenderShown } from './email.tsx';

type AddressProps = Pick<EmailPageProps, 'form'> & { slug: string };

/** The first step: which address. */
export function AddressSheet({ slug, form }: AddressProps) {
  return (
    <section class="card stack narrow-form">
      <header>
        <h2>Send from your own address</h2>
        <p class="soft">
          Clients then see your address as the sender. Nothing changes before you have shown that it
          is yours.
        </p>
      </header>
      <AddressForm slug={slug} form={form} />
    </section>
  );
}

function AddressForm({ slug, form }: AddressProps) {
  return (
    <form class="stack" method="post" action={paths.senderSettings(slug)}>
      <Field
        type="email"
        name="email"
        label="Your address"
        value={form.email}
        autocomplete="email"
        autocapitalize="none"
        spellcheck={false}
        enterkeyhint="send"
        required
        autofocus={form.error !== undefined}
        error={form.error}
        hint="Best at your own domain, such as hello@studio.example. At a free mail service such as Gmail it can’t send, but replies reach you there."
      />
      <div class="actions">
        <button class="button primary" type="submit">
          Mail me a code
        </button>
      </div>
    </form>
  );
}

type RepliesProps = Pick<EmailPageProps, 'platformFrom'> & { sender: SenderShown };

export function RepliesSheet({ sender, platformFrom }: RepliesProps) {
  return (
    <section class="card stack narrow-form">
      <h2>Replies reach {sender.address}</h2>
      <p>
        {whyReplies(sender)} So mail keeps coming in your name from {platformFrom}, and whoever
        answers it writes to you.
      </p>
      {sender.why === 'free-mail' && (
        <p class="soft">
          Have a domain of your own? Enter an address there below, and mail can leave from it.
        </p>
      )}
    </section>
  );
}

/** Why an address is for replies only. */
export function whyReplies({ why, domain }: SenderShown): string {
  return why === 'free-mail'
    ? `Only ${domain} itself may send as its addresses: from anybody else, such mail is taken for forged.`
    : 'The mail service of this portal can’t send from other people’s domains.';
}

/** For a form: which sender is meant, and in which slot its page showed it. */
export function WhichSender({ sender }: { sender: SenderShown }) {
  return (
    <>
      <input type="hidden" name="id" value={sender.id} />
      <input type="hidden" name="slot" value={sender.slot} />
    </>
  );
}

type OtherProps = AddressProps & RepliesProps & Pick<EmailPageProps, 'next'>;

/** Out of the way, whatever the state: to start over, or to stop. */
export function OtherAddress({ slug, form, sender, next, platformFrom }: OtherProps) {
  return (
    <div class="other-address">
      <details open={form.error !== undefined}>
        <summary class="linkish">
          Use another address{next !== null && ` instead of ${next.address}`}
        </summary>
        <div class="card stack narrow-form">
          <p>{anotherWords({ sender, next, platformFrom })}</p>
          <AddressForm slug={slug} form={form} />
        </div>
      </details>
      <details>
        <summary class="linkish">
          {next === null ? 'Remove this address' : `Remove ${sender.address}`}
        </summary>
        <form class="card stack narrow-form" method="post" action={paths.removeSender(slug)}>
          <WhichSender sender={sender} />
          <p>{removalWords({ sender, next, platformFrom })}</p>
          <div class="actions">
            <button class="button quiet" type="submit">
              Remove {sender.address}
            </button>
          </div>
        </form>
      </details>
    </div>
  );
}

type AnotherProps = Pick<OtherProps, 'sender' | 'next' | 'platformFrom'>;

/** What entering another address changes, and when. */
function anotherWords({ sender: { address, state }, next, platformFrom }: AnotherProps): string {
  if (next !== null) {
    return `It takes the place of ${next.address}, which is not in use yet. ${address} stays in use until the new one is ready.`;
  }
  switch (state) {
    case 'unconfirmed':
      return `It takes the place of ${address} at once.`;
    case 'active':
      return `Mail goes on leaving from ${address} until you have typed the new one’s code and its records are right. One at a free mail service takes over with its code: mail then comes from ${platformFrom}.`;
    default:
      return `It takes the place of ${address} once you have typed its code.`;
  }
}

function removalWords({ sender, next, platformFrom }: AnotherProps): string {
  if (next !== null) {
    const since =
      sender.state === 'active'
        ? `Until it is, mail comes from ${platformFrom}.`
        : `Replies no longer reach ${sender.address} then.`;
    return `${next.address} takes its place at once, ready or not. ${since}`;
  }
  const { use, state } = sender;
  const since = {
    unconfirmed: 'It is not in use yet, so nothing changes for your clients.',
    active: `Mail then comes from ${platformFrom}.`,
    unverified: NO_REPLIES,
    broken: NO_REPLIES,
    replies: NO_REPLIES,
  }[state];
  return use === 'from' ? `${since} ${ANOTHER_KEY}` : since;
}

const NO_REPLIES = 'Replies no longer reach it then.';
/** Of an address to send from that is given up. */
export const ANOTHER_KEY = 'Setting it up again takes another DKIM record.';
