import { type Brand, LATCHKEY } from '../../brand.ts';
import { SignInLayout } from '../../layouts/sign-in.tsx';

export type ErrorPageProps = {
  nonce: string;
  /** Null outside a workspace. */
  brand: Brand | null;
  title: string;
  message: string;
  /** The request's id in the log, to quote when asking for help. */
  reference?: string | undefined;
  action?: { label: string; href: string } | undefined;
};

export function ErrorPage({ nonce, brand, title, message, reference, action }: ErrorPageProps) {
  return (
    <SignInLayout title={title} brand={brand ?? LATCHKEY} nonce={nonce}>
      <header>
        <h1>{title}</h1>
        <p class="soft">{message}</p>
      </header>
      {action && (
        <p>
          <a class="button primary wide" href={action.href}>
            {action.label}
          </a>
        </p>
      )}
      {reference && (
        <p class="soft small">
          If you ask for help, quote <code>{reference}</code>.
        </p>
      )}
    </SignInLayout>
  );
}
