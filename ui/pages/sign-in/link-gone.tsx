import type { Brand } from '../../brand.ts';
import { MailTo } from '../../components/mail-to.tsx';
import { SignInLayout } from '../../layouts/sign-in.tsx';
import * as paths from '../../paths.ts';

export type LinkGonePageProps = {
  nonce: string;
  brand: Brand;
  token: string;
  maskedAddress: string;
  why: 'used' | 'expired' | 'access-off';
};

/** Never a dead end: whatever became of the link, the page says what to do next. */
export function LinkGonePage({ nonce, brand, token, maskedAddress, why }: LinkGonePageProps) {
  if (why === 'access-off') return <AccessOff nonce={nonce} brand={brand} />;
  const title = why === 'used' ? 'This link has been used' : 'This link has expired';
  const reason =
    why === 'used'
      ? 'Signing in once uses up every link mailed before, so that nobody can use one after you.'
      : 'Links work for a short while only, so that an old mail opens no door.';
  return (
    <SignInLayout title={title} brand={brand} nonce={nonce}>
      <header>
        <h1>{title}</h1>
        <p class="soft">{reason}</p>
      </header>
      <form class="stack" method="post" action={paths.renewLink(token)}>
        <button class="button primary wide" type="submit">
          Email me a fresh link
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
    <SignInLayout title="This link no longer opens" brand={brand} nonce={nonce} footer="">
      <header>
        <h1>This link no longer opens {brand.name}</h1>
        <p class="soft">
          Access for this address is switched off at the moment. If you think it should be on, ask{' '}
          {brand.name}
          {brand.portalContact !== '' && (
            <>
              {' '}
              at <MailTo address={brand.portalContact} />
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
