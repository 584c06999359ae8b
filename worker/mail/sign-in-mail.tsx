import type { ComponentChildren } from 'preact';
import { render } from 'preact-render-to-string';
import { moment } from '../../ui/components/time.tsx';
import { accentFor, type Brand, monogram } from '../../ui/theme.ts';
import { oneLine } from './one-line.ts';

export type SignInMail = {
  brand: Brand;
  link: string;
  code: string;
  minutes: number;
  portalHost: string;
  asked: { browser: string; place: string; at: number };
};

/**
 * The one mail of signing in: a button and a code. Pure; who sends it from where is the mailer's.
 * The name and the browser are words of others: they get no line breaks and no bidi tricks.
 */
export function signInMail(m: SignInMail): { subject: string; html: string; text: string } {
  const name = oneLine(m.brand.name);
  const words = { ...m, name, asked: askedWords(m.asked), contact: oneLine(m.brand.portalContact) };
  return {
    subject: `Sign in to ${name}`,
    html: `<!doctype html>${render(<Mail {...words} />)}`,
    text: plainText(words),
  };
}

type Words = Omit<SignInMail, 'asked'> & { name: string; asked: string; contact: string };

// Written, not stripped from the HTML. Its last line binds the code to the portal's host, so that a
// phone offers to fill it in there and nowhere else.
function plainText({ name, link, code, minutes, asked, contact, portalHost }: Words): string {
  const questions = contact === '' ? [] : ['', `Questions? Write to ${contact}`];
  return [
    `Sign in to ${name} by opening this link:`,
    '',
    link,
    '',
    'Or type the code where you asked to sign in.',
    '',
    `Your code is ${code}`,
    '',
    `Link and code work for ${minutes} minutes, once.`,
    '',
    asked,
    'Wasn’t you? Ignore this mail: nobody gets in without it.',
    ...questions,
    '',
    `@${portalHost.replace(/:\d+$/, '')} #${code}`,
    '',
  ].join('\n');
}

const FONT =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Courier New',monospace;";
const INK = '#1c1b19';
const SOFT = '#66635d';

// Tables and inline styles, for Outlook and Gmail. Dark mode is left to the mail programs: every
// colour here stands on a background given beside it, so that a program inverts both or neither.
function Mail(words: Words) {
  const { name, link, code, minutes, asked, contact } = words;
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="x-apple-disable-message-reformatting" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{`Sign in to ${name}`}</title>
      </head>
      <body style={`margin:0;padding:0;background-color:#faf9f7;color:${INK};${FONT}`}>
        <div style="display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;opacity:0;mso-hide:all;">
          {`Your code is ${code}. Button and code work for ${minutes} minutes.`}
          {'\u00a0\u200c'.repeat(60)}
        </div>
        <Table style="background-color:#faf9f7;">
          <td align="center" style="padding:40px 16px;">
            <Table
              width="480"
              style="max-width:480px;background-color:#ffffff;border:1px solid #e6e3dd;border-radius:16px;"
            >
              <td align="left" style="padding:36px 32px;">
                <Monogram brand={words.brand} />
                <h1
                  style={`margin:0 0 24px;font-size:24px;line-height:30px;font-weight:600;letter-spacing:-0.4px;color:${INK};${FONT}`}
                >
                  Sign in to {name}
                </h1>
                <Button link={link} accentColor={words.brand.accentColor}>
                  Sign in to {name}
                </Button>
                <P style={`margin:28px 0 8px;color:${INK};`}>
                  Or type this code where you asked to sign in:
                </P>
                <Code code={code} />
                <P style={`margin:16px 0 0;color:${SOFT};`}>
                  Button and code work for {minutes} minutes, once.
                </P>
                <hr style="margin:28px 0 20px;border:0;border-top:1px solid #e6e3dd;" />
                <P small style={`margin:0 0 12px;color:${SOFT};`}>
                  {asked} Wasn’t you? Ignore this mail: nobody gets in without it.
                </P>
                <P small style={`margin:0;color:${SOFT};word-break:break-all;`}>
                  Button not working? Open this address:
                  <br />
                  <a href={link} style={`color:${SOFT};text-decoration:underline;`}>
                    {link}
                  </a>
                </P>
              </td>
            </Table>
            {contact !== '' && (
              <P small style={`margin:20px 0 0;color:${SOFT};`}>
                Questions? Write to{' '}
                <a
                  href={`mailto:${encodeURIComponent(contact).replaceAll('%40', '@')}`}
                  style={`color:${SOFT};`}
                >
                  {contact}
                </a>
              </P>
            )}
          </td>
        </Table>
      </body>
    </html>
  );
}

type TableProps = {
  width?: string;
  style?: string;
  children: ComponentChildren;
};

function Table({ width = '100%', style = '', children }: TableProps) {
  return (
    <table
      role="presentation"
      width={width}
      cellpadding="0"
      cellspacing="0"
      style={`width:100%;border-collapse:separate;${style}`}
    >
      <tbody>
        <tr>{children}</tr>
      </tbody>
    </table>
  );
}

// Text, not an image: nothing to load, nothing to track, nothing for a mail program to hold back.
function Monogram({ brand }: { brand: Brand }) {
  const { accent, onAccent, light } = accentFor(brand.accentColor);
  return (
    <Table width="46" style="width:46px;margin:0 0 20px;">
      <td
        align="center"
        height="44"
        aria-hidden="true"
        style={`height:44px;background-color:${accent};border:1px solid ${light.edge};border-radius:12px;color:${onAccent};font-size:16px;line-height:20px;font-weight:700;${FONT}`}
      >
        {monogram(brand.name)}
      </td>
    </Table>
  );
}

// The cell carries the colour for Outlook, which drops the padding of a link; the link carries it
// for everybody else, so that all of the button can be pressed.
function Button(props: { link: string; accentColor: string; children: ComponentChildren }) {
  const { accent, onAccent, light } = accentFor(props.accentColor);
  return (
    <Table>
      <td
        align="center"
        style={`background-color:${accent};border:1px solid ${light.edge};border-radius:10px;mso-padding-alt:14px 24px;`}
      >
        <a
          href={props.link}
          style={`display:block;padding:14px 24px;background-color:${accent};border-radius:9px;color:${onAccent};font-size:16px;line-height:20px;font-weight:600;text-decoration:none;${FONT}`}
        >
          {props.children}
        </a>
      </td>
    </Table>
  );
}

// One word without spaces: what is copied is exactly the code.
function Code({ code }: { code: string }) {
  return (
    <Table style="background-color:#f4f2ee;border-radius:10px;">
      <td
        align="center"
        style={`padding:16px;color:${INK};font-size:30px;line-height:36px;font-weight:700;letter-spacing:6px;${MONO}`}
      >
        {code}
      </td>
    </Table>
  );
}

function P(props: { small?: boolean; style: string; children: ComponentChildren }) {
  const size = props.small
    ? 'font-size:13px;line-height:20px;'
    : 'font-size:15px;line-height:23px;';
  return <p style={`${size}${FONT}${props.style}`}>{props.children}</p>;
}

function askedWords({ browser, place, at }: SignInMail['asked']): string {
  const from = [oneLine(browser), oneLine(place)].filter(Boolean).join(', ');
  return `Asked from ${from === '' ? 'a browser' : from}, on ${moment(at)}.`;
}
