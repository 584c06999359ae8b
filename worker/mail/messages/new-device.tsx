import { render } from 'preact-render-to-string';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/components/time.tsx';
import { fromWhere, oneLine, wholeLine } from '../../values/plain-text.ts';
import { Signet } from '../layout/brand-header.tsx';
import { Heading, INK, Letter, P } from '../layout/layout.tsx';
import { WasntYou, wasntYou } from '../layout/not-you.tsx';

export type NewDeviceMail = {
  brand: Brand;
  method: 'link' | 'code' | 'password';
  /** Who was signed in. */
  address: string;
  host: string;
  /** Of the page that lists the devices: this mail carries no secret. */
  link: string;
  seen: { browser: string; place: string; at: number };
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

function plainText({ title, seen, otherwise, link }: Words): string {
  return [`${title}.`, '', seen, '', WAS_IT_YOU, '', ...wasntYou(otherwise, link)].join('\n');
}

function Mail({ brand, title, seen, otherwise, link }: Words) {
  return (
    <Letter title={title} preview={seen}>
      <Signet brand={brand} link={link} />
      <Heading>{title}</Heading>
      <P style={`margin:0 0 12px;color:${INK};`}>{seen}</P>
      <P style={`margin:0;color:${INK};`}>{WAS_IT_YOU}</P>
      <WasntYou link={link} accentColor={brand.accentColor} button="Check your devices">
        {otherwise}
      </WasntYou>
    </Letter>
  );
}

/** `owner@acme.example was signed in at app.example by link on 12 Nov 2026 10:42 UTC, from Firefox on Windows, Lisbon.` */
function seenWords({ brand, method, address, host, seen }: NewDeviceMail): string {
  return `${wholeLine(address)} was signed in at ${host} by ${method} on ${moment(seen.at, brand)}, from ${fromWhere(seen)}.`;
}
