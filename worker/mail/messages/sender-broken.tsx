import * as v from 'valibot';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { senderSettings } from '../../../ui/paths.ts';
import { senderBrokenPhrase } from '../../../ui/phrases.ts';
import { breakCauseOf } from '../../senders/status.ts';
import { days } from '../../values/duration.ts';
import { readable } from '../../values/email-address.ts';
import { oneLine, wholeLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { AddressAgain, Button, Divider, EmailLayout, Heading, INK, P } from '../layout/layout.tsx';
import {
  type AboutSender,
  type Content,
  htmlOf,
  type MailTraits,
  type Recipient,
  senderJob,
} from './common.ts';

/** A notice that mail no longer leaves from the freelancer's address. `account` is the workspace's owner. */
export const SenderBrokenJob = v.object({ kind: v.literal('sender-broken'), ...senderJob });
export type SenderBrokenJob = v.InferOutput<typeof SenderBrokenJob>;

export const SENDER_BROKEN_MAIL: MailTraits = {
  worthSendingFor: days(1),
  name: 'The notice about the sender’s address',
  again: '',
};

/** The notice, and that clients' mail still arrives; null when mail leaves from the address again, or it is gone. */
export function composeSenderBroken(
  { realm, brand }: Recipient,
  about: AboutSender | null,
): Content | null {
  if (about === null) return null;
  const { workspace, sender, mailFrom } = about;
  const { brokenAt } = sender;
  const because = breakCauseOf(sender);
  if (brokenAt === null || because === null) return null;
  const why = senderBrokenPhrase(because);
  const own = wholeLine(readable(sender.address));
  const since = `Since ${moment(brokenAt, workspace)}`;
  const mails = `the mails of “${oneLine(workspace.name)}” to your clients`;
  const props: Props = {
    brand,
    link: `${realm.origin}${senderSettings(workspace.slug)}`,
    title: `Mail no longer leaves from ${own}`,
    since: `${since} ${mails} no longer leave from ${own}${why === '' ? '' : `: ${why}`}.`,
    meanwhile: `Your clients still get their mails, from ${mailFrom} in your name. Their answers reach you at ${own}.`,
    next: NEXT[because.cause],
  };
  return { subject: props.title, html: htmlOf(<Mail {...props} />), text: plainText(props) };
}

type Props = { brand: Brand } & Record<'link' | 'title' | 'since' | 'meanwhile' | 'next', string>;

const NEXT = {
  records:
    'The page below says which record to put right. Once they all are, mail leaves from your address again by itself, within an hour or two.',
  refused:
    'Open the page below and have the address checked. When all is right, mail leaves from it again.',
};

function plainText({ title, since, meanwhile, next, link }: Props): string {
  return [`${title}.`, '', since, '', meanwhile, '', next, '', link, ''].join('\n');
}

function Mail({ brand, title, since, meanwhile, next, link }: Props) {
  return (
    <EmailLayout title={title} preview={meanwhile}>
      <BrandHeader brand={brand} link={link} />
      <Heading>{title}</Heading>
      <P style={`margin:0 0 12px;color:${INK};`}>{since}</P>
      <P style={`margin:0 0 12px;color:${INK};`}>{meanwhile}</P>
      <P style={`margin:0 0 20px;color:${INK};`}>{next}</P>
      <Button link={link} accentColor={brand.accentColor}>
        Put it right
      </Button>
      <Divider />
      <AddressAgain link={link} />
    </EmailLayout>
  );
}
