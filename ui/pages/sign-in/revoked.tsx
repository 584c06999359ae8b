import type { Brand } from '../../brand.ts';
import { MailTo } from '../../components/mail-to.tsx';
import { SignInLayout } from '../../layouts/sign-in.tsx';
import * as paths from '../../paths.ts';

export type RevokedPageProps = { nonce: string; brand: Brand };

export function RevokedPage({ nonce, brand }: RevokedPageProps) {
  const { name, portalContact } = brand;
  return (
    <SignInLayout title="Your access is switched off" brand={brand} nonce={nonce} footer="">
      <header>
        <h1>Your access to {name} is switched off</h1>
        <p class="soft">
          You have been signed out. This often happens when a project ends.{' '}
          {portalContact === '' ? (
            <>If you still need access, write to the person who invited you.</>
          ) : (
            <>
              If you still need access, write to <MailTo address={portalContact} /> and ask for it.
            </>
          )}
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
