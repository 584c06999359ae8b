import { Field } from '../../../../components/field.tsx';
import * as paths from '../../../../paths.ts';
import type { AddressForm, SenderView } from './types.ts';

type AddressProps = { slug: string; form: AddressForm };

/** The first step: to enter an address. */
export function AddressCard({ slug, form }: AddressProps) {
  return (
    <section class="card stack narrow-form">
      <header>
        <h2>Send from your own address</h2>
        <p class="soft">
          Clients then see your address as the sender. Nothing changes before you have shown that it
          is yours.
        </p>
      </header>
      <EnterAddress slug={slug} form={form} />
    </section>
  );
}

function EnterAddress({ slug, form }: AddressProps) {
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

type RepliesProps = { sender: SenderView; platformFrom: string };

/** An address that replies reach, and that mail can't leave from. */
export function RepliesCard({ sender, platformFrom }: RepliesProps) {
  return (
    <section class="card stack narrow-form">
      <h2>Replies reach {sender.address}</h2>
      <p>
        {repliesOnlyWords(sender)} So mail keeps coming in your name from {platformFrom}, and
        replies to it reach you.
      </p>
      {sender.repliesOnly === 'free-mail' && (
        <p class="soft">
          Have a domain of your own? Enter an address there below, and mail can leave from it.
        </p>
      )}
    </section>
  );
}

/** Why an address is for replies only. */
export function repliesOnlyWords({ repliesOnly, domain }: SenderView): string {
  return repliesOnly === 'free-mail'
    ? `Only ${domain} itself may send as its addresses: from anybody else, such mail is taken for forged.`
    : 'The mail service of this portal can’t send from other people’s domains.';
}

/** The hidden fields that say which sender a form is about, and in which slot the page showed it. */
export function SenderFields({ sender }: { sender: SenderView }) {
  return (
    <>
      <input type="hidden" name="id" value={sender.id} />
      <input type="hidden" name="slot" value={sender.slot} />
    </>
  );
}

type OtherProps = AddressProps & {
  currentSender: SenderView;
  nextSender: SenderView | null;
  platformFrom: string;
};

/** Folded away in every state: to use another address, or to remove this one. */
export function OtherAddress({ slug, form, currentSender, nextSender, platformFrom }: OtherProps) {
  return (
    <div class="other-address">
      <details open={form.error !== undefined}>
        <summary class="linkish">
          Use another address{nextSender !== null && ` instead of ${nextSender.address}`}
        </summary>
        <div class="card stack narrow-form">
          <p>{otherWords({ currentSender, nextSender, platformFrom })}</p>
          <EnterAddress slug={slug} form={form} />
        </div>
      </details>
      <details>
        <summary class="linkish">
          {nextSender === null ? 'Remove this address' : `Remove ${currentSender.address}`}
        </summary>
        <form class="card stack narrow-form" method="post" action={paths.removeSender(slug)}>
          <SenderFields sender={currentSender} />
          <p>{removalWords({ currentSender, nextSender, platformFrom })}</p>
          <div class="actions">
            <button class="button quiet" type="submit">
              Remove {currentSender.address}
            </button>
          </div>
        </form>
      </details>
    </div>
  );
}

type ChangeProps = Pick<OtherProps, 'currentSender' | 'nextSender' | 'platformFrom'>;

/** What entering another address changes, and when. */
function otherWords({ currentSender, nextSender, platformFrom }: ChangeProps): string {
  const { address, state } = currentSender;
  if (nextSender !== null) {
    return `It takes the place of ${nextSender.address}, which is not in use yet. ${address} stays in use until the new one is ready.`;
  }
  switch (state) {
    case 'unconfirmed':
      return `It takes the place of ${address} at once.`;
    case 'active':
      return `Mail goes on leaving from ${address} until you have typed the new one’s code and its records are right. An address at a free mail service is used as soon as you type its code: mail then comes from ${platformFrom}.`;
    case 'unverified':
    case 'broken':
    case 'reply-only':
      return `It takes the place of ${address} once you have typed its code.`;
  }
}

function removalWords({ currentSender, nextSender, platformFrom }: ChangeProps): string {
  if (nextSender !== null) {
    const since =
      currentSender.state === 'active'
        ? `Until it is, mail comes from ${platformFrom}.`
        : `Replies no longer reach ${currentSender.address} then.`;
    return `${nextSender.address} takes its place at once, ready or not. ${since}`;
  }
  const { use, state } = currentSender;
  const since = {
    unconfirmed: 'It is not in use yet, so nothing changes for your clients.',
    active: `Mail then comes from ${platformFrom}.`,
    unverified: NO_REPLIES,
    broken: NO_REPLIES,
    'reply-only': NO_REPLIES,
  }[state];
  return use === 'from' ? `${since} ${NEW_DKIM_RECORD}` : since;
}

const NO_REPLIES = 'Replies no longer reach it then.';
/** What giving up an address costs from which mail can leave. */
export const NEW_DKIM_RECORD = 'Setting it up again takes another DKIM record.';
