import { SignInForm } from '../../components/sign-in-form.tsx';
import { GateLayout } from '../../layouts/gate.tsx';
import type { Brand } from '../../theme.ts';

export type SignInPageProps = {
  nonce: string;
  brand: Brand;
  next?: string | undefined;
  email?: string | undefined;
  error?: string | undefined;
  notice?: string | undefined;
  audience: 'client' | 'member';
};

export function SignInPage({ nonce, brand, audience, notice, ...form }: SignInPageProps) {
  const lead = audience === 'client' ? brand.welcome : 'Decide who gets into your client portal.';
  return (
    <GateLayout title="Sign in" brand={brand} nonce={nonce}>
      <header>
        <h1>Sign in to {brand.name}</h1>
        {lead && <p class="soft">{lead}</p>}
      </header>
      {notice && (
        <p class="note" role="status">
          {notice}
        </p>
      )}
      <SignInForm next={form.next} email={form.email} error={form.error} />
    </GateLayout>
  );
}
