import * as v from 'valibot';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { devices } from '../../../ui/paths.ts';
import { whereWords } from '../../sessions/device.ts';
import { days } from '../../values/duration.ts';
import { oneLine, wholeLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { EmailLayout, Heading, INK, P } from '../layout/layout.tsx';
import { NotYou, notYouText } from '../layout/not-you.tsx';
import {
  anyJob,
  type Content,
  clientField,
  htmlOf,
  type MailTraits,
  memberField,
  type Recipient,
} from './common.ts';

/** A notice that a member signed in with a browser that they had never used. */
export const NewDeviceJob = v.object({
  kind: v.literal('new-device'),
  ...anyJob,
  client: clientField,
  account: memberField,
  method: v.picklist(['link', 'code', 'password']),
});
export type NewDeviceJob = v.InferOutput<typeof NewDeviceJob>;

export const NEW_DEVICE_MAIL: MailTraits = {
  worthSendingFor: days(1),
  name: 'The notice about a new device',
  again: '',
};

/** The notice, for the case that it was somebody else. */
export function composeNewDevice(
  { realm, brand, status: { address } }: Recipient,
  { method, at, client }: NewDeviceJob,
): Content {
  const where = `at ${new URL(realm.origin).host} by ${method} on ${moment(at, brand)}`;
  const props: Props = {
    brand,
    // the page that lists the devices: this mail carries no secret
    link: `${realm.origin}${devices()}`,
    title: `New device signed in to ${oneLine(brand.name)}`,
    signedIn: `${wholeLine(address)} was signed in ${where}, from ${whereWords(client) || 'a browser'}.`,
    otherwise: `Open Devices and sign that one out. ${THEN[method]}`,
  };
  return { subject: props.title, html: htmlOf(<Mail {...props} />), text: plainText(props) };
}

/** The browser's name is words of others: no line breaks and no bidi tricks. */
type Props = { brand: Brand } & Record<'link' | 'title' | 'signedIn' | 'otherwise', string>;

const READS_MAIL =
  'Whoever it was can read your mail: change the password of your mailbox as well.';

// What that person must have had, and has as long as it stays the same.
const THEN = {
  link: READS_MAIL,
  code: READS_MAIL,
  password: 'Whoever it was knows your password: change it as well.',
};

const WAS_IT_YOU =
  'Was it you? Then there is nothing to do. A browser whose cookies were cleared counts as new, too.';

function plainText({ title, signedIn, otherwise, link }: Props): string {
  return [`${title}.`, '', signedIn, '', WAS_IT_YOU, '', ...notYouText(otherwise, link)].join('\n');
}

function Mail({ brand, title, signedIn, otherwise, link }: Props) {
  return (
    <EmailLayout title={title} preview={signedIn}>
      <BrandHeader brand={brand} link={link} />
      <Heading>{title}</Heading>
      <P style={`margin:0 0 12px;color:${INK};`}>{signedIn}</P>
      <P style={`margin:0;color:${INK};`}>{WAS_IT_YOU}</P>
      <NotYou link={link} accentColor={brand.accentColor} button="Check your devices">
        {otherwise}
      </NotYou>
    </EmailLayout>
  );
}
