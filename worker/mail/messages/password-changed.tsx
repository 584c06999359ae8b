import { render } from 'preact-render-to-string';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { fromWhere, oneLine, wholeLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { EmailLayout, Heading, INK, MailLink, P } from '../layout/layout.tsx';
import { NotYou, notYouText } from '../layout/not-you.tsx';

export type PasswordMail = {
  brand: Brand;
  what: 'set' | 'changed' | 'removed';
  /** Whose password. */
  address: string;
  portalHost: string;
  /** Of the page where a password is set: this mail carries no secret. */
  link: string;
  /** Whom to write to; may be ''. */
  contact: string;
  done: { browser: string; location: string; at: number };
};

/**
 * Tells somebody what became of their password, for the case that it was not them. Pure; the name and
 * the browser are words of others: they get no line breaks and no bidi tricks.
 */
export function passwordMail(m: PasswordMail): { subject: string; html: string; text: string } {
  const name = oneLine(m.brand.name);
  const words: Words = {
    brand: m.brand,
    link: m.link,
    contact: wholeLine(m.contact),
    title: `Your password for ${name} was ${m.what}`,
    done: doneWords(m),
    next: NEXT[m.what],
    otherwise: OTHERWISE[m.what],
  };
  return {
    subject: words.title,
    html: `<!doctype html>${render(<Mail {...words} />)}`,
    text: plainText(words),
  };
}

type Words = Pick<PasswordMail, 'brand' | 'link' | 'contact'> &
  Record<'title' | 'done' | 'next' | 'otherwise', string>;

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

function plainText({ title, done, next, otherwise, link, contact }: Words): string {
  const tell = contact === '' ? '' : ` And please tell ${contact}.`;
  return [
    `${title}.`,
    '',
    done,
    next,
    '',
    'Was it you? Then there is nothing to do.',
    '',
    ...notYouText(`${otherwise}${tell}`, link),
  ].join('\n');
}

function Mail({ brand, title, done, next, otherwise, link, contact }: Words) {
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

/** `It was changed for carla@acme.example at demo.example on 12 Nov 2026 10:42 UTC, from Firefox on Windows, Lisbon.` */
function doneWords({ brand, what, address, portalHost, done }: PasswordMail): string {
  return `It was ${what} for ${wholeLine(address)} at ${portalHost} on ${moment(done.at, brand)}, from ${fromWhere(done)}.`;
}
