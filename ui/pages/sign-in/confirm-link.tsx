import type { Brand } from '../../brand.ts';
import { CodeField } from '../../components/code-field.tsx';
import { PageName } from '../../components/sign-in-form.tsx';
import { ISLANDS } from '../../islands.ts';
import { SignInLayout } from '../../layouts/sign-in.tsx';
import * as paths from '../../paths.ts';

export type ConfirmLinkPageProps = {
  nonce: string;
  brand: Brand;
  token: string;
  maskedAddress: string;
  pageName: string;
  minutes: number;
  /** 'code' if a mail scanner might press the button: only people who read the mail have the code. */
  ask: 'button' | 'code';
  /** The address of another account that is signed in on this browser. */
  signedInAs?: string | undefined;
  code?: string | undefined;
  codeError?: string | undefined;
  locked?: boolean | undefined;
};

/** For a link opened in another browser: opening it consumes nothing, the POST of the button does. */
export function ConfirmLinkPage(props: ConfirmLinkPageProps) {
  const { nonce, brand, token, maskedAddress, minutes, ask, signedInAs } = props;
  return (
    <SignInLayout
      title="Sign in"
      brand={brand}
      nonce={nonce}
      islands={[ISLANDS.restored, ...(ask === 'code' ? [ISLANDS.code] : [])]}
    >
      <header>
        <h1>Sign in to {brand.name}</h1>
        <p>
          This link is for <strong class="address">{maskedAddress}</strong>.
        </p>
      </header>
      {signedInAs && (
        <p class="note">
          You are signed in here as <strong>{signedInAs}</strong>; continuing signs you out of that
          account.
        </p>
      )}
      {props.locked ? (
        <p class="note" role="status">
          Too many wrong codes, so you cannot enter a code for now. Open the link on your own
          device, or wait an hour and ask for a new email.
        </p>
      ) : (
        <form class="stack" method="post" action={paths.signInLink(token)}>
          <PageName name={props.pageName} />
          {ask === 'code' && (
            <>
              <p class="soft">
                You seem to be on the network of a mail-security service. Please enter the code from
                the email.
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
        Did you ask for this link on another device? You can enter the code from the same email
        there. The link and the code work once, for {minutes} minutes.
      </p>
    </SignInLayout>
  );
}
