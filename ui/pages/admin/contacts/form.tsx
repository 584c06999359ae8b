import { ariaAttributes, Field, FieldError } from '../../../components/field.tsx';
import { PageHead } from '../../../components/page-head.tsx';
import { ISLANDS } from '../../../islands.ts';
import { AdminLayout, type AdminShell } from '../../../layouts/admin.tsx';
import * as paths from '../../../paths.ts';

export type ContactFormPageProps = {
  nonce: string;
  shell: AdminShell;
  /** Null for a new contact. */
  contact: { id: string } | null;
  values: { name: string; email: string; client: string[]; portalAccess: boolean };
  errors: Partial<Record<'name' | 'email' | 'client' | 'portal_access', string | undefined>>;
  /** The contact that has this address already. */
  duplicateOf?: { id: string; name: string } | undefined;
  companySuggestions: string[];
  /** How many companies a contact may have. */
  mostCompanies: number;
};

export function ContactFormPage(props: ContactFormPageProps) {
  const { nonce, shell, contact, values, errors, duplicateOf } = props;
  const { slug } = shell.workspace;
  const title = contact === null ? 'Add a contact' : `Edit ${values.name || 'contact'}`;
  const action = contact === null ? paths.contacts(slug) : paths.contact(slug, contact.id);
  const back =
    contact === null
      ? { label: 'Contacts', href: action }
      : { label: 'Back to the contact', href: action };
  const emailError =
    errors.email ?? (duplicateOf && `${duplicateOf.name} already has this address.`);
  return (
    <AdminLayout shell={shell} title={title} nonce={nonce} islands={[ISLANDS.companies]}>
      <PageHead title={title} back={back} />
      <form class="card stack narrow-form" method="post" action={action}>
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
            required
            value={values.email}
            error={emailError}
            autofocus={Boolean(emailError) && !errors.name}
            hint="Sign-in mails go to this address only."
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
          most={props.mostCompanies}
        />
        {contact === null && <AccessBox on={values.portalAccess} error={errors.portal_access} />}
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
  most: number;
};

/** One input for each company of the contact, and an empty one. */
function Companies({ given, error, first, suggestions, most }: CompaniesProps) {
  return (
    <fieldset class="field">
      <legend>Client company</legend>
      <div class="repeated" data-companies={most}>
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
        Shown to them at the top of their portal. Leave it empty if there is none.
      </p>
      <datalist id="companies">
        {suggestions.map((company) => (
          <option key={company} value={company} />
        ))}
      </datalist>
    </fieldset>
  );
}

const ACCESS_HINT = 'Adding a contact sends no mail.';

// A browser sends nothing for an unticked box, and nothing means "the workspace's default". So a
// hidden field before it sends "off".
function AccessBox({ on, error }: { on: boolean; error: string | undefined }) {
  return (
    <div class="check">
      <input type="hidden" name="portal_access" value="off" />
      <input
        type="checkbox"
        id="portal_access"
        name="portal_access"
        value="on"
        checked={on}
        autofocus={Boolean(error)}
        {...ariaAttributes({ id: 'portal_access', hint: ACCESS_HINT, error })}
      />
      <label for="portal_access">Portal access</label>
      <FieldError id="portal_access" error={error} />
      <p class="hint" id="portal_access-hint">
        {ACCESS_HINT}
      </p>
    </div>
  );
}
