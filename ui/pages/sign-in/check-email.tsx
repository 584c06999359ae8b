import type { Brand } from '../../brand.ts';
import { CodeField } from '../../components/code-field.tsx';
import { MailTo } from '../../components/mail-to.tsx';
import { PageName } from '../../components/sign-in-form.tsx';
import { ISLANDS } from '../../islands.ts';
import { SignInLayout } from '../../layouts/sign-in.tsx';
import * as paths from '../../paths.ts';

export type CheckEmailPageProps = {
  nonce: string;
  brand: Brand;
  pageName: string;
  /** As typed, or masked if the visitor did not type it. */
  address: string;
  masked: boolean;
  /** The address of the account that is signed in on this browser; for a renewed link only. */
  signedInAs?: string | undefined;
  minutes: number;
  code?: string | undefined;
  codeError?: string | undefined;
  /** The code form is paused after too many wrong codes; the link still works. */
  locked?: boolean | undefined;
  next: string;
};

export function CheckEmailPage(props: CheckEmailPageProps) {
  const { nonce, brand, pageName, address, masked, minutes, code, codeError, locked, next } = props;
  return (
    <SignInLayout
      title="Check your email"
      brand={brand}
      nonce={nonce}
      islands={[ISLANDS.code, ISLANDS.waiting, ISLANDS.restored]}
      footer=""
    >
      <header data-waiting={paths.checkEmail()} data-minutes={minutes}>
        <h1>Check your email</h1>
        <p>
          If <strong class="address">{address}</strong> has access, an email from {brand.name} is on
          its way. Click the button in it{locked ? '.' : ', or enter the code here.'}
        </p>
      </header>
      {masked && <Renewed address={address} signedInAs={props.signedInAs} />}
      {locked ? <CodePaused /> : <CodeForm code={code} error={codeError} />}
      <div class="choices small">
        {!masked && <SendAgain pageName={pageName} email={address} next={next} />}
        <a class="linkish" href={paths.signIn(next)}>
          {masked ? 'Sign in with your address' : 'Use another address'}
        </a>
      </div>
      <p class="soft small">
        The link and the code work for {minutes} minutes. No email? Look in your spam folder
        {brand.portalContact !== '' && (
          <>
            , or write to <MailTo address={brand.portalContact} />
          </>
        )}
        .
      </p>
    </SignInLayout>
  );
}

type RenewedProps = { address: string; signedInAs: string | undefined };

/** Names the account before a code is typed: somebody who renews a link that was passed on to them may not know whose it is. */
function Renewed({ address, signedInAs }: RenewedProps) {
  return (
    <p class="note">
      The link and the code of that email are for <strong class="address">{address}</strong>, and
      sign this browser in to that account.
      {signedInAs && (
        <>
          {' '}
          You are signed in here as <strong>{signedInAs}</strong>; continuing signs you out of that
          account.
        </>
      )}
    </p>
  );
}

type CodeFormProps = { code: string | undefined; error: string | undefined };

function CodeForm({ code, error }: CodeFormProps) {
  return (
    <form class="stack" method="post" action={paths.signInByCode()}>
      <CodeField label="Code from the email" value={code} error={error} />
      <button class="button primary wide" type="submit">
        Continue
      </button>
    </form>
  );
}

function CodePaused() {
  return (
    <p class="note" role="status">
      Too many wrong codes, so you cannot enter a code for now. The button in the email still works.
      Or wait an hour and ask for a new email.
    </p>
  );
}

type SendAgainProps = { pageName: string; email: string; next: string };

function SendAgain({ pageName, email, next }: SendAgainProps) {
  return (
    <form method="post" action={paths.requestLink()}>
      <input type="hidden" name="email" value={email} />
      <input type="hidden" name="next" value={next} />
      <PageName name={pageName} />
      <button class="linkish" type="submit">
        Send it again
      </button>
    </form>
  );
}
