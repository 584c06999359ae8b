import { render } from 'preact-render-to-string';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { senderBrokenPhrase } from '../../../ui/phrases.ts';
import type { BreakCause } from '../../senders/status.ts';
import { oneLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { AddressAgain, Button, Divider, EmailLayout, Heading, INK, P } from '../layout/layout.tsx';

export type SenderBrokenMail = {
  /** The house's: it is the house that speaks. */
  brand: Brand;
  /** From which mail no longer leaves. */
  address: string;
  /** Whose mail it was, and how it writes dates. */
  workspace: Brand;
  since: number;
  because: BreakCause;
  /** From which it leaves instead. */
  mailFrom: string;
  /** Of the page where it is put right. */
  link: string;
};

/** Tells a freelancer that clients' mail no longer leaves from their address, and that it still arrives. Pure. */
export function senderBrokenMail(m: SenderBrokenMail): {
  subject: string;
  html: string;
  text: string;
} {
  const words: Words = { brand: m.brand, link: m.link, ...wordsOf(m) };
  return {
    subject: words.title,
    html: `<!doctype html>${render(<Mail {...words} />)}`,
    text: plainText(words),
  };
}

type Words = Pick<SenderBrokenMail, 'brand' | 'link'> &
  Record<'title' | 'since' | 'meanwhile' | 'next', string>;

function wordsOf({ address, workspace, since, because, mailFrom }: SenderBrokenMail) {
  const own = oneLine(address);
  const name = oneLine(workspace.name);
  const why = senderBrokenPhrase(because);
  const reason = why === '' ? '' : `: ${why}`;
  return {
    title: `Mail no longer leaves from ${own}`,
    since: `Since ${moment(since, workspace)} the mails of “${name}” to your clients no longer leave from ${own}${reason}.`,
    meanwhile: `Your clients still get their mails, from ${mailFrom} in your name. Their answers reach you at ${own}.`,
    next: NEXT[because.cause],
  };
}

const NEXT = {
  records:
    'The page below says which record to put right. Once they all are, mail leaves from your address again by itself, within an hour or two.',
  refused:
    'Open the page below and have the address checked. When all is right, mail leaves from it again.',
};

function plainText({ title, since, meanwhile, next, link }: Words): string {
  return [`${title}.`, '', since, '', meanwhile, '', next, '', link, ''].join('\n');
}

function Mail({ brand, title, since, meanwhile, next, link }: Words) {
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
