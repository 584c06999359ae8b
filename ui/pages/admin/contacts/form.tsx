import { Field, FieldError } from '../../../components/field.tsx';
import { PageHead } from '../../../components/page-head.tsx';
import companies from '../../../islands/companies.island.js';
import { AdminLayout, type AdminShell } from '../../../layouts/admin.tsx';
import * as paths from '../../../paths.ts';

export type ContactFormPageProps = {
  nonce: string;
  desk: AdminShell;
  /** Null for a contact that is yet to be added. */
  contact: { id: string } | null;
  values: { name: string; email: string; client: string[]; portalAccess: boolean };
  errors: Partial<Record<'name' | 'email' | 'client', string | undefined>>;
  /** Who has this address already. */
  duplicateOf?: { id: string; name: string } | undefined;
  companySuggestions: string[];
};

export function ContactFormPage(props: ContactFormPageProps) {
  const { nonce, desk, contact, values, errors, duplicateOf } = props;
  const { slug } = desk.workspace;
  const title = contact === null ? 'Add a contact' : `Edit ${values.name || 'contact'}`;
  const action = contact === null ? paths.contacts(slug) : paths.contact(slug, contact.id);
  const back =
    contact === null
      ? { label: 'Contacts', href: action }
      : { label: 'Back to the contact', href: action };
  const emailError =
    errors.email ?? (duplicateOf && `${duplicateOf.name} already has this address.`);
  return (
    <AdminLayout desk={desk} title={title} nonce={nonce} islands={[companies]}>
      <PageHead title={title} back={back} />
      <form class="sheet stack narrow-form" method="post" action={action}>
        <Field
          name="name"
          label="Name"
          type="text"
          autocomplete="off"
          required
          value={values.name}
          error={errors.name}
          autofocus={Boolean(errors.name)}
        />
        <div>
          <Field
            name="email"
            label="Email"
            type="email"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            required
            value={values.email}
            error={emailError}
            autofocus={Boolean(emailError) && !errors.name}
            hint="Sign-in mails go here, and only here."
          />
          {duplicateOf && (
            <p class="small">
              <a href={paths.contact(slug, duplicateOf.id)}>Open {duplicateOf.name}</a>
            </p>
          )}
        </div>
        <Companies
          given={values.client}
          error={errors.client}
          first={!errors.name && !emailError}
          suggestions={props.companySuggestions}
        />
        {contact === null && <AccessBox on={values.portalAccess} />}
        <div class="actions">
          <button class="button primary" type="submit">
            {contact === null ? 'Add contact' : 'Save'}
          </button>
          <a class="button quiet" href={back.href}>
            Cancel
          </a>
        </div>
      </form>
    </AdminLayout>
  );
}

type CompaniesProps = {
  given: string[];
  error: string | undefined;
  first: boolean;
  suggestions: string[];
};

/** One person may come from several companies: one input for each given, and a blank one. */
function Companies({ given, error, first, suggestions }: CompaniesProps) {
  return (
    <fieldset class="field">
      <legend>Client company</legend>
      <div class="repeated" data-companies>
        {[...given, ''].map((company, i) => (
          <input
            key={i}
            type="text"
            name="client"
            list="companies"
            autocomplete="off"
            value={company}
            aria-label={`Company ${i + 1}`}
            aria-invalid={error && i === 0 ? 'true' : undefined}
            aria-describedby={error && i === 0 ? 'client-error' : 'client-hint'}
            autofocus={Boolean(error) && first && i === 0}
          />
        ))}
      </div>
      <FieldError id="client" error={error} />
      <p class="hint" id="client-hint">
        What their portal is labelled with. Leave it empty if there is none.
      </p>
      <datalist id="companies">
        {suggestions.map((company) => (
          <option key={company} value={company} />
        ))}
      </datalist>
    </fieldset>
  );
}

// An unticked box sends nothing, and nothing means "the workspace default"; the hidden field before
// it makes "off" a word of its own.
function AccessBox({ on }: { on: boolean }) {
  return (
    <div class="check">
      <input type="hidden" name="portal_access" value="off" />
      <input
        type="checkbox"
        id="portal_access"
        name="portal_access"
        value="on"
        checked={on}
        aria-describedby="portal_access-hint"
      />
      <label for="portal_access">Portal access</label>
      <p class="hint" id="portal_access-hint">
        Nothing is mailed when you add a contact.
      </p>
    </div>
  );
}
