import type { Brand } from '../../brand.ts';
import { MailTo } from '../../components/mail-to.tsx';
import type { ProfileEntry } from '../../components/profile-menu.tsx';
import { PortalLayout } from '../../layouts/portal.tsx';
import * as paths from '../../paths.ts';
import { firstName, listed } from '../../phrases.ts';
import type { SchemeName } from '../../theme.ts';

export type PortalHomePageProps = {
  nonce: string;
  brand: Brand;
  person: { name: string; email: string; companies: string[]; hasPassword: boolean };
  entries: ProfileEntry[];
  /** False where the deployment has passwords switched off. */
  passwords: boolean;
  preview?: SchemeName | undefined;
};

/** Shows the contact's companies, because the same person may have several portals. */
export function PortalHomePage(props: PortalHomePageProps) {
  const { nonce, brand, person, entries, passwords, preview } = props;
  const name = firstName(person.name);
  return (
    <PortalLayout
      title="Home"
      brand={brand}
      nonce={nonce}
      person={person}
      entries={entries}
      preview={preview}
    >
      <section class="greeting">
        {person.companies.length > 0 && <p class="eyebrow">{listed(person.companies)}</p>}
        <h1>{name === '' ? 'Hello' : `Hello, ${name}`}</h1>
        <p class="lead lines">
          {brand.welcome || `Welcome to the client portal of ${brand.name}.`}
        </p>
      </section>
      <div class="cards">
        {brand.portalContact !== '' && (
          <section class="card">
            <h2>Questions?</h2>
            <p class="soft">{brand.name} is one email away.</p>
            <p>
              Write to <MailTo address={brand.portalContact} />
            </p>
          </section>
        )}
        <section class="card">
          <h2>How to sign in again</h2>
          <p class="soft">
            This device stays signed in. Anywhere else, sign in with{' '}
            <strong class="address">{person.email}</strong>
            {passwords && person.hasPassword
              ? ' and your password, or ask for a sign-in link.'
              : ' and we email you a link.'}
          </p>
          {passwords && !person.hasPassword && (
            <p class="soft">
              If you prefer a password, <a href={paths.accountPassword()}>set one</a>. You can still
              sign in by link.
            </p>
          )}
        </section>
      </div>
    </PortalLayout>
  );
}
