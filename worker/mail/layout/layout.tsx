import type { ComponentChildren } from 'preact';
import { accentFor } from '../../../ui/theme.ts';
import { VERBATIM } from '../../../ui/verbatim.ts';

// What the mails have in common: tables and inline styles, for Outlook and Gmail. Dark mode is left to
// the mail programs: every colour here stands on a background given beside it, so that a program
// inverts both or neither.

export const FONT =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
export const MONO =
  "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Courier New',monospace;";
export const INK = '#1c1b19';
export const SOFT = '#66635d';

export type EmailLayoutProps = {
  title: string;
  /** What a mail program shows beside the subject. */
  preview: string;
  /** On the paper, over the sheet and under it. */
  above?: ComponentChildren;
  below?: ComponentChildren;
  children: ComponentChildren;
};

/** The document of a mail: one white sheet on paper. */
export function EmailLayout({ title, preview, above, below, children }: EmailLayoutProps) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="x-apple-disable-message-reformatting" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{title}</title>
      </head>
      <body style={`margin:0;padding:0;background-color:#faf9f7;color:${INK};${FONT}`}>
        <div style="display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;opacity:0;mso-hide:all;">
          {preview}
          {'\u00a0\u200c'.repeat(60)}
        </div>
        <Table style="background-color:#faf9f7;">
          <td align="center" style="padding:40px 16px;">
            {above}
            <Table
              width="480"
              style="max-width:480px;background-color:#ffffff;border:1px solid #e6e3dd;border-radius:16px;"
            >
              <td align="left" style="padding:36px 32px;">
                {children}
              </td>
            </Table>
            {below}
          </td>
        </Table>
      </body>
    </html>
  );
}

export function Heading({ children }: { children: ComponentChildren }) {
  return (
    <h1
      style={`margin:0 0 24px;font-size:24px;line-height:30px;font-weight:600;letter-spacing:-0.4px;word-break:break-word;color:${INK};${FONT}`}
    >
      {children}
    </h1>
  );
}

export function Divider() {
  return <hr style="margin:28px 0 20px;border:0;border-top:1px solid #e6e3dd;" />;
}

export function AddressAgain({ link }: { link: string }) {
  return (
    <P small style={`margin:0;color:${SOFT};`}>
      Button not working? Open this address:
      <br />
      <a
        {...VERBATIM}
        href={link}
        style={`color:${SOFT};text-decoration:underline;word-break:break-all;`}
      >
        {link}
      </a>
    </P>
  );
}

/** A mailto link; see ui/components/mail-to.tsx for why the address is encoded. */
export function MailLink({ address }: { address: string }) {
  return (
    <a
      {...VERBATIM}
      href={`mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`}
      style={`color:${SOFT};`}
    >
      {address}
    </a>
  );
}

/** A person's own words, set apart from ours. */
export function Quote({ children }: { children: ComponentChildren }) {
  return (
    <Table style="margin:0 0 24px;">
      <td style="padding:2px 0 2px 16px;border-left:3px solid #e6e3dd;">
        <P style={`margin:0;color:${INK};`}>{children}</P>
      </td>
    </Table>
  );
}

/** Labels and what they stand for, such as an address; each a line of its own, so that a long one has room. */
export function Facts({ facts }: { facts: { label: string; text: string }[] }) {
  return (
    <Table style="margin:0 0 20px;background-color:#f4f2ee;border-radius:10px;">
      <td style="padding:14px 16px 8px;">
        {facts.map(({ label, text }) => (
          <P key={label} style={`margin:0 0 6px;color:${INK};`}>
            <span style={`font-size:13px;color:${SOFT};`}>{label}</span>
            <br />
            {text}
          </P>
        ))}
      </td>
    </Table>
  );
}

/** Whom to write to, under the sheet; nothing where a workspace says nobody. */
export function Questions({ contact }: { contact: string }) {
  if (contact === '') return null;
  return (
    <P small style={`margin:20px 0 0;color:${SOFT};`}>
      Questions? Write to <MailLink address={contact} />
    </P>
  );
}

/** The same as lines of the text part. */
export function questionsText(contact: string): string[] {
  return contact === '' ? [] : ['', `Questions? Write to ${contact}`];
}

type TableProps = {
  width?: string;
  style?: string;
  children: ComponentChildren;
};

export function Table({ width = '100%', style = '', children }: TableProps) {
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

/**
 * A link that looks like a button, all of which can be pressed. Outlook for Windows draws mails with Word, which knows no padding
 * of a link: there spaces and a raised line inside the link make up for it, so that what is coloured is what can be pressed.
 * By Mark Robbins: https://www.goodemailcode.com/email-code/link-button
 */
export function Button(props: { link: string; accentColor: string; children: ComponentChildren }) {
  const { accent, onAccent, light } = accentFor(props.accentColor);
  return (
    <Table>
      <td align="center">
        <a
          href={props.link}
          style={`display:block;padding:14px 24px;mso-padding-alt:0;background-color:${accent};border:1px solid ${light.edge};border-radius:10px;color:${onAccent};text-underline-color:${accent};font-size:16px;line-height:20px;font-weight:600;text-decoration:none;word-break:break-word;${FONT}`}
        >
          <ForWord html={'<i style="mso-font-width:150%;mso-text-raise:28px" hidden>&emsp;</i>'} />
          <span style="mso-text-raise:14px;">{props.children}</span>
          <ForWord html={'<i style="mso-font-width:150%" hidden>&emsp;&#8203;</i>'} />
        </a>
      </td>
    </Table>
  );
}

/** HTML that only Word reads; for all others it is a comment. Give it no words of others. */
function ForWord({ html }: { html: string }) {
  return <span dangerouslySetInnerHTML={{ __html: `<!--[if mso]>${html}<![endif]-->` }} />;
}

export function P(props: { small?: boolean; style: string; children: ComponentChildren }) {
  const size = props.small
    ? 'font-size:13px;line-height:20px;'
    : 'font-size:15px;line-height:23px;';
  // an address is one long word, and would push the sheet wider than a phone
  return <p style={`${size}word-break:break-word;${FONT}${props.style}`}>{props.children}</p>;
}

// One word without spaces: what is copied is exactly the code.
export function CodeBlock({ code }: { code: string }) {
  return (
    <Table style="background-color:#f4f2ee;border-radius:10px;">
      <td
        {...VERBATIM}
        align="center"
        style={`padding:16px;color:${INK};font-size:30px;line-height:36px;font-weight:700;letter-spacing:6px;${MONO}`}
      >
        {code}
      </td>
    </Table>
  );
}
