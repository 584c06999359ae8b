import * as v from 'valibot';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { days } from '../../values/duration.ts';
import { oneLine, unlinked, wholeLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import {
  AddressAgain,
  Button,
  Divider,
  EmailLayout,
  Heading,
  INK,
  P,
  Questions,
  Quote,
  questionsText,
  SOFT,
} from '../layout/layout.tsx';
import {
  anyJob,
  type Content,
  contactField,
  htmlOf,
  type MailTraits,
  type Recipient,
} from './common.ts';

/** The portal's address for a contact. `message`: a sentence of the freelancer's, '' for none. */
export const InvitationJob = v.object({
  kind: v.literal('invitation'),
  ...anyJob,
  account: contactField,
  message: v.string(),
});
export type InvitationJob = v.InferOutput<typeof InvitationJob>;

export const INVITATION_MAIL: MailTraits = {
  worthSendingFor: days(1),
  name: 'The invitation',
  again: 'you can send it again',
};

/** The invitation. It carries no secret: the portal mails a link of its own when somebody asks for one there. */
export function composeInvitation(
  { realm, brand, status }: Recipient,
  { message, at }: InvitationJob,
): Content {
  const name = oneLine(brand.name);
  const address = wholeLine(status.address);
  const props: Props = {
    brand,
    link: realm.origin,
    contact: wholeLine(brand.portalContact),
    message: unlinked(wholeLine(message)),
    title: `You can now sign in to ${name}`,
    how: `Enter ${address} there and press Sign in. You then get an email with a link and a code. You need no password.`,
    why: `${name} sent this invitation on ${moment(at, brand)}. Not meant for you? Ignore this mail.`,
  };
  return { subject: props.title, html: htmlOf(<Mail {...props} />), text: plainText(props) };
}

/** The names and the message are words of others: no line breaks and no bidi tricks, and addresses in them are no links. */
type Props = { brand: Brand } & Record<
  'link' | 'contact' | 'message' | 'title' | 'how' | 'why',
  string
>;

function plainText({ title, message, link, how, why, contact }: Props): string {
  const quoted = message === '' ? [] : [`“${message}”`, ''];
  return [`${title}:`, '', link, '', ...quoted, how, '', why, ...questionsText(contact), ''].join(
    '\n',
  );
}

function Mail({ brand, title, message, link, how, why, contact }: Props) {
  return (
    <EmailLayout
      title={title}
      preview={message === '' ? how : `${message} ${how}`}
      below={<Questions contact={contact} />}
    >
      <BrandHeader brand={brand} link={link} />
      <Heading>{title}</Heading>
      {message !== '' && <Quote>{message}</Quote>}
      <Button link={link} accentColor={brand.accentColor}>
        Open your portal
      </Button>
      <P style={`margin:20px 0 0;color:${INK};`}>{how}</P>
      <Divider />
      <P small style={`margin:0 0 12px;color:${SOFT};`}>
        {why}
      </P>
      <AddressAgain link={link} />
    </EmailLayout>
  );
}
