import { render } from 'preact-render-to-string';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { fromWhere, oneLine, wholeLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { EmailLayout, Heading, INK, P } from '../layout/layout.tsx';
import { NotYou, notYouText } from '../layout/not-you.tsx';

export type NewDeviceMail = {
  brand: Brand;
  method: 'link' | 'code' | 'password';
  /** Who was signed in. */
  address: string;
  host: string;
  /** Of the page that lists the devices: this mail carries no secret. */
  link: string;
  seen: { browser: string; location: string; at: number };
};

/**
 * Tells a member that somebody came in with a browser they had never used, for the case that it was not them. Pure;
 * the browser's words are of others: they get no line breaks and no bidi tricks.
 */
export function newDeviceMail(m: NewDeviceMail): { subject: string; html: string; text: string } {
  const words: Words = {
    brand: m.brand,
    link: m.link,
    title: `New device signed in to ${oneLine(m.brand.name)}`,
    seen: seenWords(m),
    otherwise: `Open Devices and sign that one out. ${THEN[m.method]}`,
  };
  return {
    subject: words.title,
    html: `<!doctype html>${render(<Mail {...words} />)}`,
    text: plainText(words),
  };
}

type Words = Pick<NewDeviceMail, 'brand' | 'link'> & Record<'title' | 'seen' | 'otherwise', string>;

const READS_MAIL =
  'Whoever it was can read your mail: change the password of your mailbox as well.';

// What whoever it was must have had, and has as long as it stays the same.
const THEN = {
  link: READS_MAIL,
  code: READS_MAIL,
  password: 'Whoever it was knows your password: change it as well.',
};

const WAS_IT_YOU =
  'Was it you? Then there is nothing to do. A browser whose cookies were cleared counts as new, too.';

function plainText({ title, seen: client, otherwise, link }: Words): string {
  return [`${title}.`, '', client, '', WAS_IT_YOU, '', ...notYouText(otherwise, link)].join('\n');
}

function Mail({ brand, title, seen: client, otherwise, link }: Words) {
  return (
    <EmailLayout title={title} preview={client}>
      <BrandHeader brand={brand} link={link} />
      <Heading>{title}</Heading>
      <P style={`margin:0 0 12px;color:${INK};`}>{client}</P>
      <P style={`margin:0;color:${INK};`}>{WAS_IT_YOU}</P>
      <NotYou link={link} accentColor={brand.accentColor} button="Check your devices">
        {otherwise}
      </NotYou>
    </EmailLayout>
  );
}

/** `owner@acme.example was signed in at app.example by link on 12 Nov 2026 10:42 UTC, from Firefox on Windows, Lisbon.` */
function seenWords({ brand, method, address, host, seen: client }: NewDeviceMail): string {
  return `${wholeLine(address)} was signed in at ${host} by ${method} on ${moment(client.at, brand)}, from ${fromWhere(client)}.`;
}
