import * as v from 'valibot';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { signInLink } from '../../../ui/paths.ts';
import { counted, ordinal } from '../../../ui/phrases.ts';
import { StoredAccount } from '../../accounts/account.ts';
import type { Stores } from '../../db/stores.ts';
import { LINK_LIFETIME } from '../../limits/lifetimes.ts';
import { type ClientInfo, whereWords } from '../../sessions/device.ts';
import { mintLink } from '../../sign-in/mint.ts';
import { countSentBefore } from '../../sign-in/sent-links.ts';
import { minutes as minuteCount, minutesIn } from '../../values/duration.ts';
import { oneLine, wholeLine } from '../../values/plain-text.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import {
  AddressAgain,
  Button,
  CodeBlock,
  Divider,
  EmailLayout,
  Heading,
  INK,
  P,
  Questions,
  questionsText,
  SOFT,
} from '../layout/layout.tsx';
import {
  anyJob,
  type Content,
  clientField,
  htmlOf,
  type MailTraits,
  type Recipient,
} from './common.ts';

/** The link that somebody asked for; without `client` a member sent it unasked. Neither it nor its code is in the job: both are made when the mail leaves. */
export const SignInJob = v.object({
  kind: v.literal('sign-in'),
  ...anyJob,
  client: v.nullable(clientField),
  link: v.object({
    account: StoredAccount,
    epoch: v.number(),
    verifierHash: v.string(),
    addressKey: v.string(),
    next: v.string(),
  }),
});
export type SignInJob = v.InferOutput<typeof SignInJob>;

export const SIGN_IN_MAIL: MailTraits = {
  // later, people have asked again or gone
  worthSendingFor: minuteCount(30),
  name: 'The mail',
  again: 'they can ask again',
};

/** In place of the browser of a mail that nobody asked for. */
const NO_CLIENT: ClientInfo = { device: '', location: '' };

/** The mail of a link, which is minted now; null when its account signed in or changed since. */
export async function composeSignIn(
  stores: Stores,
  { realm, brand, status }: Recipient,
  { link, at, client, mail }: SignInJob,
  now: number,
): Promise<Content | null> {
  const [minted, before] = await Promise.all([
    mintLink(stores, realm, status, link, { mail, at }, now),
    countSentBefore(stores.db, link, { mail, at }),
  ]);
  if (minted === null) return null;
  const { token, code } = minted;
  const codeMinutes = minutesIn(code?.lasts ?? 0);
  return signInMail({
    brand,
    link: `${realm.origin}${signInLink(token)}`,
    minutes: minutesIn(LINK_LIFETIME),
    code: code === null || codeMinutes === 0 ? null : { text: code.text, minutes: codeMinutes },
    portalHost: new URL(realm.origin).host,
    asked: { ...(client ?? NO_CLIENT), at },
    nth: before + 1,
    isUnasked: client === null,
  });
}

export type SignInMail = {
  brand: Brand;
  link: string;
  /** For how many minutes from now the link works. */
  minutes: number;
  /** Null in a mail that nobody asked for, or so late that the browser which asked takes no code any more. */
  code: { text: string; minutes: number } | null;
  portalHost: string;
  asked: ClientInfo & { at: number };
  /** Which of the mails with this code it is, from 1. */
  nth?: number;
  /** Whether a member sent it, and nobody asked. */
  isUnasked?: boolean;
  /** To look at: link and code open nothing, and it says so. */
  isSample?: boolean;
};

/**
 * The one mail of signing in: a button and a code. Pure. The name and the browser are words of others: they get no line
 * breaks and no bidi tricks.
 */
export function signInMail(m: SignInMail): Content {
  const name = oneLine(m.brand.name);
  const contact = wholeLine(m.brand.portalContact);
  const props = {
    ...m,
    name,
    title: subjectOf(m, name),
    asked: askedWords(m),
    contact,
    noCode: m.isUnasked ? UNASKED : LATE,
  };
  return { subject: props.title, html: htmlOf(<Mail {...props} />), text: plainText(props) };
}

/**
 * No two mails have the same subject (decision 0029). Gmail puts mails of one subject into one thread and hides what they have
 * in common, so an older code can be the one that shows.
 */
function subjectOf({ brand, code, asked, nth = 1, isSample }: SignInMail, name: string): string {
  const at = moment(asked.at, brand);
  if (code === null) return `Sign in to ${name} (asked on ${at})`;
  const subject = `${code.text} is your code to sign in to ${name}`;
  if (isSample) return `${subject} (${at})`;
  return nth === 1 ? subject : `${subject} (${ordinal(nth)} email)`;
}

type Props = Omit<SignInMail, 'asked'> &
  Record<'name' | 'title' | 'asked' | 'contact', string> & {
    /** What stands in place of a code. */
    noCode: string;
  };

// Written, not stripped from the HTML. Its last line binds the code to the portal's host, so that a
// phone offers to fill it in there and nowhere else.
function plainText(props: Props): string {
  const { name, link, code, noCode, minutes, asked, contact, portalHost, isSample } = props;
  const typed =
    code === null
      ? [noCode]
      : ['Or type the code where you asked to sign in.', '', `Your code is ${code.text}`];
  const isFilledIn = code !== null && !isSample;
  const filledIn = isFilledIn ? ['', `@${portalHost.replace(/:\d+$/, '')} #${code.text}`] : [];
  return [
    ...(isSample ? [SAMPLE, ''] : []),
    `Sign in to ${name} by opening this link:`,
    '',
    link,
    '',
    ...typed,
    '',
    lifetimeWords('link', minutes, code),
    '',
    asked,
    'Wasn’t you? Ignore this mail: nobody gets in without it.',
    ...questionsText(contact),
    ...filledIn,
    '',
  ].join('\n');
}

/** `Link and code work for 10 minutes, once.` */
function lifetimeWords(what: 'link' | 'button', minutes: number, code: SignInMail['code']): string {
  const lasts = counted(minutes, 'minute');
  if (code === null) return `The ${what} works for ${lasts}, once.`;
  if (code.minutes < minutes) {
    return `The ${what} works for ${lasts}, the code for ${code.minutes}, once.`;
  }
  const both = what === 'link' ? 'Link and code' : 'Button and code';
  return `${both} work for ${lasts}, once.`;
}

const LATE =
  'This mail is late, sorry. A code would no longer work where you asked, so it has none. Should a page ask for one, ask for a new mail there.';

const UNASKED =
  'Nobody has to type a code for this. Should a page ask for one, ask for a mail of your own there.';

const SAMPLE =
  'This is a sample of the mail that your clients get: its link leads to the sign-in page, its code opens nothing.';

function Mail({
  brand,
  name,
  title,
  link,
  code,
  noCode,
  minutes,
  asked,
  contact,
  isSample,
}: Props) {
  const lifetime = lifetimeWords('button', minutes, code);
  return (
    <EmailLayout
      title={title}
      preview={`${lifetime} ${asked}`}
      above={
        isSample && (
          <P small style={`margin:0 0 20px;color:${SOFT};`}>
            {SAMPLE}
          </P>
        )
      }
      below={<Questions contact={contact} />}
    >
      <BrandHeader brand={brand} link={link} />
      <Heading>Sign in to {name}</Heading>
      <Button link={link} accentColor={brand.accentColor}>
        Sign in to {name}
      </Button>
      {code === null ? (
        <P style={`margin:28px 0 0;color:${INK};`}>{noCode}</P>
      ) : (
        <>
          <P style={`margin:28px 0 8px;color:${INK};`}>
            Or type this code where you asked to sign in:
          </P>
          <CodeBlock code={code.text} />
        </>
      )}
      <P style={`margin:16px 0 0;color:${SOFT};`}>{lifetime}</P>
      <Divider />
      <P small style={`margin:0 0 12px;color:${SOFT};`}>
        {asked} Wasn’t you? Ignore this mail: nobody gets in without it.
      </P>
      <AddressAgain link={link} />
    </EmailLayout>
  );
}

function askedWords({ brand, asked, isUnasked }: SignInMail): string {
  if (isUnasked) {
    return `Sent to you by ${oneLine(brand.name)}, on ${moment(asked.at, brand)}.`;
  }
  return `Asked from ${whereWords(asked) || 'a browser'}, on ${moment(asked.at, brand)}.`;
}
