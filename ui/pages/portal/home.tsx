import type { Brand } from '../../brand.ts';
import { MailTo } from '../../components/mail-to.tsx';
import type { ProfileEntry } from '../../components/profile-menu.tsx';
import { firstName, listed } from '../../components/words.ts';
import { PortalLayout } from '../../layouts/portal.tsx';
import * as paths from '../../paths.ts';
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

/** Labelled with the client's own company: people with two of them must know which door this is. */
export function PortalHomePage(props: PortalHomePageProps) {
  const { nonce, brand, person, entries, passwords, preview } = props;
  const called = firstName(person.name);
  return (
    <PortalLayout
      title="Home"
      brand={brand}
      nonce={nonce}
      person={person}
      entries={entries}
      preview={preview}
    >
      <section class="hello">
        {person.companies.length > 0 && <p class="eyebrow">{listed(person.companies)}</p>}
        <h1>{called === '' ? 'Hello' : `Hello, ${called}`}</h1>
        <p class="lead lines">
          {brand.welcome || `Welcome to the client portal of ${brand.name}.`}
        </p>
      </section>
      <div class="cards">
        {brand.portalContact !== '' && (
          <section class="sheet">
            <h2>Questions?</h2>
            <p class="soft">{brand.name} is one mail away.</p>
            <p>
              Write to <MailTo address={brand.portalContact} />
            </p>
          </section>
        )}
        <section class="sheet">
          <h2>Coming back</h2>
          <p class="soft">
            This device stays signed in. Anywhere else, sign in with{' '}
            <strong class="address">{person.email}</strong>
            {passwords && person.hasPassword
              ? ' and your password, or have a link mailed.'
              : ' and we email you a link.'}
          </p>
          {passwords && !person.hasPassword && (
            <p class="soft">
              If you like a password better, <a href={paths.accountPassword()}>set one</a>. The link
              keeps working either way.
            </p>
          )}
        </section>
      </div>
    </PortalLayout>
  );
}
