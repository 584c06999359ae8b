import { render } from 'preact-render-to-string';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { counted } from '../../../ui/phrases.ts';
import { oneLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { CodeBlock, Divider, EmailLayout, Heading, INK, P, SOFT } from '../layout/layout.tsx';

export type ConfirmSenderMail = {
  /** The house's: nobody has proven yet that the address is the workspace's. */
  brand: Brand;
  /** Which is to be proven, and where this mail goes. */
  address: string;
  /** What it is to be: where mail leaves from, or only where the answers go. */
  use: 'from' | 'reply-to';
  code: string;
  /** For how long it still works. */
  minutes: number;
  /** The name of the workspace that wants to use the address. */
  workspace: string;
  asked: { by: string; at: number };
  /** Of the page where the code is typed: this mail's only way in is the code. */
  link: string;
};

/**
 * The code that confirms a sender's address, for what the address is to be. Pure; the workspace's name is words of others,
 * and the mail may go to somebody who never heard of it: no line breaks, no bidi tricks.
 */
export function confirmSenderMail(m: ConfirmSenderMail): {
  subject: string;
  html: string;
  text: string;
} {
  const words = { ...wordsOf(m), code: m.code, link: m.link, brand: m.brand };
  return {
    subject: words.title,
    html: `<!doctype html>${render(<Mail {...words} />)}`,
    text: plainText(words),
  };
}

type Words = Pick<ConfirmSenderMail, 'brand'> &
  Record<'title' | 'asked' | 'lifetime' | 'otherwise' | 'code' | 'link', string>;

function wordsOf({ brand, address, use, code, minutes, workspace, asked }: ConfirmSenderMail) {
  const [by, name, own] = [oneLine(asked.by), oneLine(workspace), oneLine(address)];
  const asks = `${by} asked on ${moment(asked.at, brand)} that`;
  const lifetime = `It works for ${counted(minutes, 'minute')}, once.`;
  return use === 'from'
    ? {
        title: `${code} is your code to send as ${own}`,
        asked: `${asks} the mails of “${name}” come from ${own}.`,
        lifetime,
        otherwise: `${IGNORE} nothing is sent as this address without the code.`,
      }
    : {
        title: `${code} is your code to get replies at ${own}`,
        asked: `${asks} answers to the mails of “${name}” go to ${own}.`,
        lifetime,
        otherwise: `${IGNORE} no answers come to this address without the code.`,
      };
}

const HEADING = 'Confirm your address';
const WHAT = 'Is that you? Then type the code at Settings → Email:';
const IGNORE = 'Wasn’t you? Ignore this mail:';

// The last line binds the code to the desk's host, so that a phone offers to fill it in there and nowhere else.
function plainText({ asked, lifetime, otherwise, code, link }: Words): string {
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

function Mail({ brand, title, asked, lifetime, otherwise, code, link }: Words) {
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
