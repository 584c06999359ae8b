import type { Brand } from '../../brand.ts';
import {
  CHALLENGE_SCRIPT,
  type Challenge,
  PasswordSignInForm,
  SignInForm,
} from '../../components/sign-in-form.tsx';
import { ISLANDS } from '../../islands.ts';
import { SignInLayout } from '../../layouts/sign-in.tsx';
import * as paths from '../../paths.ts';
import type { SchemeName } from '../../theme.ts';

export type SignInPageProps = {
  nonce: string;
  brand: Brand;
  pageName?: string | undefined;
  next?: string | undefined;
  email?: string | undefined;
  method: paths.SignInMethod;
  /** False where the deployment has passwords switched off. */
  passwords: boolean;
  errors?: { email?: string | undefined; password?: string | undefined } | undefined;
  /** Why the form as a whole was refused: address and password do not match, or too many attempts. */
  refused?: string | undefined;
  /** What the browser seems to have forgotten because it keeps no cookies: that it asked for a link, or signed in. */
  notice?: 'asked' | 'signed-in' | undefined;
  audience: 'client' | 'member';
  /** What the form for a link asks of strangers; undefined for nothing. */
  challenge?: Challenge | undefined;
  preview?: SchemeName | undefined;
};

export function SignInPage(props: SignInPageProps) {
  const { nonce, brand, audience, passwords, errors = {}, pageName, next, email, refused } = props;
  const lead =
    audience === 'client' ? brand.welcome : 'Decide who can sign in to your client portal.';
  const method = passwords ? props.method : 'link';
  const form = { pageName, next, email, refused };
  const challenge = method === 'link' ? props.challenge : undefined;
  return (
    <SignInLayout
      title="Sign in"
      brand={brand}
      nonce={nonce}
      islands={islandsFor(passwords, method)}
      scripts={challenge && [CHALLENGE_SCRIPT]}
      preview={props.preview}
    >
      <header>
        <h1>Sign in to {brand.name}</h1>
        {lead && <p class="soft lines">{lead}</p>}
      </header>
      {props.notice && (
        <p class="note" role="status">
          {NOTICES[props.notice]}
        </p>
      )}
      {passwords && <MethodChoice method={method} next={next} />}
      {method === 'password' ? (
        <PasswordSignInForm {...form} errors={errors} />
      ) : (
        <SignInForm {...form} error={errors.email} challenge={challenge} />
      )}
    </SignInLayout>
  );
}

/** Each sentence is also true for a browser that keeps cookies. */
const NOTICES = {
  asked:
    'This browser remembers no request for a sign-in link from the last day. If you have just asked for one, your browser does not keep our cookies: allow cookies for this site and ask again, or open the link of the email in another browser.',
  'signed-in':
    'If you have just signed in, your browser did not keep the cookie that keeps you signed in. Allow cookies for this site and sign in again, or use another browser.',
} as const;

function islandsFor(passwords: boolean, method: paths.SignInMethod): string[] {
  if (!passwords) return [];
  return method === 'password' ? [ISLANDS.method, ISLANDS.password] : [ISLANDS.method];
}

function MethodChoice({ method, next }: { method: paths.SignInMethod; next: string | undefined }) {
  const methods = [
    { key: 'link', label: 'Magic link', href: paths.signIn(next, 'link') },
    { key: 'password', label: 'Password', href: paths.signIn(next, 'password') },
  ];
  return (
    <nav class="choice" aria-label="How to sign in">
      {methods.map(({ key, label, href }) => (
        <a key={key} href={href} aria-current={key === method ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}
