import type { Brand } from '../../brand.ts';
import { CodeField } from '../../components/code-field.tsx';
import codeIsland from '../../islands/code.island.js';
import { SignInLayout } from '../../layouts/sign-in.tsx';
import * as paths from '../../paths.ts';

export type ConfirmLinkPageProps = {
  nonce: string;
  brand: Brand;
  token: string;
  maskedAddress: string;
  minutes: number;
  /** 'code' where a mail scanner might press the button: only a reader of the mail has the code. */
  ask: 'button' | 'code';
  /** Another account's address, signed in in this browser. */
  signedInAs?: string | undefined;
  code?: string | undefined;
  codeError?: string | undefined;
  locked?: boolean | undefined;
};

/** Opening a link elsewhere consumes nothing: one press of a button, a real POST, does. */
export function ConfirmLinkPage(props: ConfirmLinkPageProps) {
  const { nonce, brand, token, maskedAddress, minutes, ask, signedInAs } = props;
  return (
    <SignInLayout
      title="Sign in"
      brand={brand}
      nonce={nonce}
      islands={ask === 'code' ? [codeIsland] : []}
    >
      <header>
        <h1>Sign in to {brand.name}</h1>
        <p>
          This link is for <strong class="address">{maskedAddress}</strong>.
        </p>
      </header>
      {signedInAs && (
        <p class="note">
          You are signed in here as <strong>{signedInAs}</strong>; continuing replaces that.
        </p>
      )}
      {props.locked ? (
        <p class="note" role="status">
          Too many wrong codes, so the code form is resting. Open the link on your own device, or
          wait an hour and ask for a new mail.
        </p>
      ) : (
        <form class="stack" method="post" action={paths.signInLink(token)}>
          {ask === 'code' && (
            <>
              <p class="soft">
                Your network looks like a mail-security service, so type the code from the mail.
              </p>
              <CodeField label="Code from the email" value={props.code} error={props.codeError} />
            </>
          )}
          <button class="button primary wide" type="submit">
            Sign in on this device
          </button>
        </form>
      )}
      <p class="soft small">
        Started somewhere else? Type the code from the same mail there instead. Link and code work
        for {minutes} minutes, once.
      </p>
    </SignInLayout>
  );
}
