import type { ComponentChildren } from 'preact';
import { AddressAgain, Button, Divider, INK, P, SOFT } from './layout.tsx';

const NEVER = 'We never ask for a password by mail.';

type NotYouProps = {
  link: string;
  accentColor: string;
  /** What the button says. */
  button: string;
  children: ComponentChildren;
};

/** How a notice about an account ends: what to do if it was somebody else, where, and what we never ask for. */
export function NotYou({ link, accentColor, button, children }: NotYouProps) {
  return (
    <>
      <Divider />
      <P style={`margin:0 0 20px;color:${INK};`}>Wasn’t you? {children}</P>
      <Button link={link} accentColor={accentColor}>
        {button}
      </Button>
      <P small style={`margin:20px 0 12px;color:${SOFT};`}>
        {NEVER}
      </P>
      <AddressAgain link={link} />
    </>
  );
}

/** The same as lines of the text part. */
export function notYouText(what: string, link: string): string[] {
  return [`Wasn’t you? ${what}`, '', link, '', NEVER, ''];
}
