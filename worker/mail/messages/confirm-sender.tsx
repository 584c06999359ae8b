import * as v from 'valibot';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { senderSettings } from '../../../ui/paths.ts';
import { counted } from '../../../ui/phrases.ts';
import type { Stores } from '../../db/stores.ts';
import { codeTimeLeft, senderCode } from '../../senders/sender-code.ts';
import { minutes, minutesIn } from '../../values/duration.ts';
import { readableAndExact } from '../../values/email-address.ts';
import { oneLine, wholeLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { CodeBlock, Divider, EmailLayout, Heading, INK, P, SOFT } from '../layout/layout.tsx';
import {
  type AboutSender,
  type Content,
  htmlOf,
  type MailTraits,
  type Recipient,
  senderJob,
} from './common.ts';

/** The code that proves who reads a sender's address. `account` is the member who entered it. */
export const ConfirmSenderJob = v.object({ kind: v.literal('confirm-sender'), ...senderJob });
export type ConfirmSenderJob = v.InferOutput<typeof ConfirmSenderJob>;

export const CONFIRM_SENDER_MAIL: MailTraits = {
  // as long as the code works
  worthSendingFor: minutes(30),
  name: 'The mail with the code',
  again: 'you can ask again',
};

/**
 * The code as it is now: after another request, the newer one. Null when the address is confirmed, was replaced or removed,
 * or the code has lapsed. It goes to the address that it is to prove, in Latchkey's name: nobody has proven yet that the
 * address is the workspace's.
 */
export async function composeConfirmSender(
  { keyring }: Pick<Stores, 'keyring'>,
  { realm, brand, status }: Recipient,
  about: AboutSender | null,
  now: number,
): Promise<Content | null> {
  if (about === null) return null;
  const { workspace, sender } = about;
  const left = minutesIn(codeTimeLeft(sender, now));
  if (sender.confirmedAt !== null || left <= 0) return null;
  const code = await senderCode(keyring, sender);
  const props: Props = {
    brand,
    code,
    link: `${realm.origin}${senderSettings(workspace.slug)}`,
    lifetime: `It works for ${counted(left, 'minute')}, once.`,
    ...sentences(
      about,
      code,
      `${wholeLine(status.address)} asked on ${moment(sender.askedAt, brand)}`,
    ),
  };
  const html = htmlOf(<Mail {...props} />);
  return { subject: props.title, html, text: plainText(props), to: sender.address };
}

type Props = { brand: Brand } & Record<
  'title' | 'asked' | 'lifetime' | 'otherwise' | 'code' | 'link',
  string
>;

/** By what the address is to be. The workspace's name is words of others: no line breaks, no bidi tricks. */
function sentences({ workspace, sender }: AboutSender, code: string, asked: string) {
  const name = oneLine(workspace.name);
  const own = wholeLine(readableAndExact(sender.address));
  switch (sender.use) {
    case 'from':
      return {
        title: `${code} is your code to send as ${own}`,
        asked: `${asked} that the mails of “${name}” come from ${own}.`,
        otherwise: `${IGNORE} nothing is sent as this address without the code.`,
      };
    case 'reply-to':
      return {
        title: `${code} is your code to get replies at ${own}`,
        asked: `${asked} that answers to the mails of “${name}” go to ${own}.`,
        otherwise: `${IGNORE} no answers come to this address without the code.`,
      };
  }
}

const HEADING = 'Confirm your address';
const WHAT = 'Is that you? Then type the code at Settings → Email:';
const IGNORE = 'Wasn’t you? Ignore this mail:';

// The last line binds the code to the admin host, so that a phone offers to fill it in there and nowhere else.
function plainText({ asked, lifetime, otherwise, code, link }: Props): string {
  return [
    `${HEADING}.`,
    '',
    asked,
    '',
    WHAT,
    '',
    link,
    '',
    `Your code is ${code}`,
    '',
    lifetime,
    '',
    otherwise,
    '',
    `@${new URL(link).hostname} #${code}`,
    '',
  ].join('\n');
}

function Mail({ brand, title, asked, lifetime, otherwise, code, link }: Props) {
  return (
    <EmailLayout title={title} preview={asked}>
      <BrandHeader brand={brand} link={link} />
      <Heading>{HEADING}</Heading>
      <P style={`margin:0 0 12px;color:${INK};`}>{asked}</P>
      <P style={`margin:0 0 8px;color:${INK};`}>
        Is that you? Then type this code at{' '}
        <a href={link} style={`color:${INK};`}>
          Settings → Email
        </a>
        :
      </P>
      <CodeBlock code={code} />
      <P style={`margin:16px 0 0;color:${SOFT};`}>{lifetime}</P>
      <Divider />
      <P small style={`margin:0;color:${SOFT};`}>
        {otherwise}
      </P>
    </EmailLayout>
  );
}
