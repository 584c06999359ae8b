import type { Brand } from '../../brand.ts';
import { SignInForm } from '../../components/sign-in-form.tsx';
import { SignInLayout } from '../../layouts/sign-in.tsx';

export type LinkUnknownPageProps = {
  nonce: string;
  brand: Brand;
  pageName: string;
  audience: 'client' | 'member';
};

export function LinkUnknownPage({ nonce, brand, pageName, audience }: LinkUnknownPageProps) {
  const site = audience === 'client' ? brand.name : 'your workspace';
  return (
    <SignInLayout title="We don’t know this link" brand={brand} nonce={nonce}>
      <header>
        <h1>We don’t know this link</h1>
        <p class="soft">
          If the email arrived just now, wait a minute and open the link again. Otherwise a part of
          the link may be missing, or it is too old. Ask for a new link to sign in to {site}.
        </p>
      </header>
      <SignInForm pageName={pageName} />
    </SignInLayout>
  );
}
