import * as v from 'valibot';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { accountPassword } from '../../../ui/paths.ts';
import { type KnownAccount, StoredAccount } from '../../accounts/account.ts';
import type { Stores } from '../../db/stores.ts';
import { whereWords } from '../../sessions/device.ts';
import { addressKeyOf } from '../../sign-in/address-key.ts';
import { days } from '../../values/duration.ts';
import { storedEmail } from '../../values/email-address.ts';
import { oneLine, wholeLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { EmailLayout, Heading, INK, MailLink, P } from '../layout/layout.tsx';
import { NotYou, notYouText } from '../layout/not-you.tsx';
import {
  anyJob,
  type Content,
  clientField,
  htmlOf,
  type MailTraits,
  type Recipient,
} from './common.ts';

/** A notice that a password was set, changed or removed, for the owner of the address that it was changed at. */
export const PasswordChangedJob = v.object({
  kind: v.literal('password'),
  ...anyJob,
  client: clientField,
  account: v.custom<KnownAccount>(isKnown),
  addressKey: v.string(),
  what: v.picklist(['set', 'changed', 'removed']),
});
export type PasswordChangedJob = v.InferOutput<typeof PasswordChangedJob>;

function isKnown(value: unknown): boolean {
  const parsed = v.safeParse(StoredAccount, value);
  return parsed.success && parsed.output.kind !== 'newcomer';
}

export const PASSWORD_CHANGED_MAIL: MailTraits = {
  // a notice is worth knowing a day later, and no queue keeps it longer on the Free plan
  worthSendingFor: days(1),
  name: 'The notice about the password',
  again: '',
};

/** The notice; null when the address is another by now, which may be another person's. */
export async function composePasswordChanged(
  { keyring }: Pick<Stores, 'keyring'>,
  { realm, brand, status: { address } }: Recipient,
  { addressKey, what, at, client }: PasswordChangedJob,
): Promise<Content | null> {
  if ((await addressKeyOf(keyring, realm, storedEmail(address))) !== addressKey) return null;
  const contact = wholeLine(brand.portalContact);
  const where = `at ${new URL(realm.origin).host} on ${moment(at, brand)}, from ${whereWords(client) || 'a browser'}`;
  const props: Props = {
    brand,
    // the page where a password is set: this mail carries no secret
    link: `${realm.origin}${accountPassword()}`,
    contact,
    title: `Your password for ${oneLine(brand.name)} was ${what}`,
    done: `It was ${what} for ${wholeLine(address)} ${where}.`,
    next: NEXT[what],
    otherwise: OTHERWISE[what],
  };
  return { subject: props.title, html: htmlOf(<Mail {...props} />), text: plainText(props) };
}

/** The name and the browser are words of others: they get no line breaks and no bidi tricks. */
type Props = { brand: Brand } & Record<
  'link' | 'contact' | 'title' | 'done' | 'next' | 'otherwise',
  string
>;

const SIGNED_OUT =
  'All other devices were signed out, and sign-in links mailed before no longer work.';

const NEXT = {
  set: `${SIGNED_OUT} The sign-in link stays: ask for a new one whenever you like.`,
  changed: SIGNED_OUT,
  removed: `${SIGNED_OUT} From now on you sign in by link.`,
};

const OTHERWISE = {
  set: 'Sign in by link, then set a password of your own or remove it.',
  changed: 'Sign in by link, then set a new password or remove it.',
  // The one who removed it is still signed in somewhere.
  removed: 'Sign in by link, then open Devices and sign out all others.',
};

function plainText({ title, done, next, otherwise, link, contact }: Props): string {
  const report = contact === '' ? '' : ` And please tell ${contact}.`;
  return [
    `${title}.`,
    '',
    done,
    next,
    '',
    'Was it you? Then there is nothing to do.',
    '',
    ...notYouText(`${otherwise}${report}`, link),
  ].join('\n');
}

function Mail({ brand, title, done, next, otherwise, link, contact }: Props) {
  return (
    <EmailLayout title={title} preview={done}>
      <BrandHeader brand={brand} link={link} />
      <Heading>{title}</Heading>
      <P style={`margin:0 0 12px;color:${INK};`}>{done}</P>
      <P style={`margin:0 0 12px;color:${INK};`}>{next}</P>
      <P style={`margin:0;color:${INK};`}>Was it you? Then there is nothing to do.</P>
      <NotYou link={link} accentColor={brand.accentColor} button="Check your account">
        {otherwise}
        {contact !== '' && (
          <>
            {' '}
            And please tell <MailLink address={contact} />.
          </>
        )}
      </NotYou>
    </EmailLayout>
  );
}
