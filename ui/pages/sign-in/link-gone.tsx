import type { Brand } from '../../brand.ts';
import { MailTo } from '../../components/mail-to.tsx';
import { PageName } from '../../components/sign-in-form.tsx';
import { SignInLayout } from '../../layouts/sign-in.tsx';
import * as paths from '../../paths.ts';

export type LinkGonePageProps = {
  nonce: string;
  brand: Brand;
  token: string;
  maskedAddress: string;
  pageName: string;
  why: 'used' | 'expired' | 'access-off';
};

/** For a link that no longer signs in: says why, and offers a new one. */
export function LinkGonePage(props: LinkGonePageProps) {
  const { nonce, brand, token, maskedAddress, pageName, why } = props;
  if (why === 'access-off') return <AccessOff nonce={nonce} brand={brand} />;
  const title = why === 'used' ? 'This link has been used' : 'This link has expired';
  const reason =
    why === 'used'
      ? 'Each link works once. After you sign in, links from earlier emails stop working too, so that nobody else can use them.'
      : 'For your safety, a link works only for a short time.';
  return (
    <SignInLayout title={title} brand={brand} nonce={nonce}>
      <header>
        <h1>{title}</h1>
        <p class="soft">{reason}</p>
      </header>
      <form class="stack" method="post" action={paths.renewLink(token)}>
        <PageName name={pageName} />
        <button class="button primary wide" type="submit">
          Email me a new link
        </button>
        <p class="soft small">
          It goes to <strong>{maskedAddress}</strong>.
        </p>
      </form>
      <p class="small">
        <a class="linkish" href={paths.signIn()}>
          Use another address
        </a>
      </p>
    </SignInLayout>
  );
}

function AccessOff({ nonce, brand }: { nonce: string; brand: Brand }) {
  return (
    <SignInLayout title="This link no longer works" brand={brand} nonce={nonce} footer="">
      <header>
        <h1>This link no longer works</h1>
        <p class="soft">
          Access to {brand.name} is switched off for this address. If you need it,{' '}
          {brand.portalContact === '' ? (
            'write to the person who invited you'
          ) : (
            <>
              ask {brand.name} at <MailTo address={brand.portalContact} />
            </>
          )}
          .
        </p>
      </header>
      <p class="small">
        <a class="linkish" href={paths.signIn()}>
          Sign in with another address
        </a>
      </p>
    </SignInLayout>
  );
}
