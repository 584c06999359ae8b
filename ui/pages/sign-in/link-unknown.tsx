import type { Brand } from '../../brand.ts';
import { SignInForm } from '../../components/sign-in-form.tsx';
import { SignInLayout } from '../../layouts/sign-in.tsx';

export type LinkUnknownPageProps = { nonce: string; brand: Brand; audience: 'client' | 'member' };

export function LinkUnknownPage({ nonce, brand, audience }: LinkUnknownPageProps) {
  const place = audience === 'client' ? brand.name : 'your workspace';
  return (
    <SignInLayout title="We don’t know this link" brand={brand} nonce={nonce}>
      <header>
        <h1>We don’t know this link</h1>
        <p class="soft">
          If its mail arrived just now, wait a minute and open it again. Otherwise part of the
          address may be missing, or the link is too old: ask for a new one to get into {place}.
        </p>
      </header>
      <SignInForm />
    </SignInLayout>
  );
}
