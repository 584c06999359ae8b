import { ariaAttributes, Field, FieldWrapper } from '../../../../components/field.tsx';
import { FormError } from '../../../../components/form-error.tsx';
import { LANGUAGES, timeZones } from '../../../../languages.ts';
import * as paths from '../../../../paths.ts';
import { AccentField, LogoField } from './look.tsx';
import type { BrandingFormProps, BrandingPartProps } from './types.ts';

/** The fields in the order of the page: the first that is wrong takes the focus. */
const IN_ORDER = [
  'name',
  'welcome',
  'portal_contact',
  'language',
  'time_zone',
  'accent_color',
  'logo',
] as const;

/** The id of the form, by which controls elsewhere on the page belong to it. */
export const BRANDING_FORM = 'branding';

/** The file comes last: of a form that is too large only the beginning is read, and that holds all that was typed. */
export function BrandingForm(props: BrandingFormProps) {
  const { workspace, errors, refused, version } = props;
  const first = IN_ORDER.find((name) => errors[name] !== undefined);
  return (
    <form
      class="stack"
      id={BRANDING_FORM}
      method="post"
      action={paths.branding(workspace.slug)}
      enctype="multipart/form-data"
    >
      <input type="hidden" name="version" value={version} />
      <FormError message={refused} />
      <div class="two">
        <div class="card stack">
          <h2>Words</h2>
          <Words {...props} first={first} />
          <h2>Dates</h2>
          <div class="halves">
            <DatesChoice {...props} first={first} />
          </div>
        </div>
        <div class="card stack">
          <h2>Look</h2>
          <AccentField {...props} first={first} />
          <LogoField {...props} first={first} />
        </div>
      </div>
      <div class="actions">
        <button class="button primary" type="submit">
          Save
        </button>
      </div>
    </form>
  );
}

function Words({ values, errors, limits, first }: BrandingPartProps) {
  const welcomeHint = `On the sign-in page and in the portal. Up to ${limits.welcome} characters; line breaks stay.`;
  return (
    <>
      <Field
        name="name"
        label="Business name"
        type="text"
        autocomplete="organization"
        required
        value={values.name}
        error={errors.name}
        autofocus={first === 'name'}
      />
      <FieldWrapper id="welcome" label="Welcome" hint={welcomeHint} error={errors.welcome}>
        <textarea
          id="welcome"
          name="welcome"
          rows={3}
          value={values.welcome}
          autofocus={first === 'welcome'}
          {...ariaAttributes({ id: 'welcome', hint: welcomeHint, error: errors.welcome })}
        />
      </FieldWrapper>
      <Field
        name="portal_contact"
        label="Portal contact"
        type="email"
        autocomplete="email"
        value={values.portal_contact}
        error={errors.portal_contact}
        autofocus={first === 'portal_contact'}
        hint="Whom clients write to when they can’t get in. Best another address than the one you sign in with. Left empty, none is shown, and replies to mails do not reach you."
      />
    </>
  );
}

function DatesChoice({ values, errors, first }: BrandingPartProps) {
  const hint = 'Other words stay English.';
  return (
    <>
      <FieldWrapper id="language" label="Language" hint={hint} error={errors.language}>
        <select
          id="language"
          name="language"
          autofocus={first === 'language'}
          {...ariaAttributes({ id: 'language', hint, error: errors.language })}
        >
          {Object.entries(LANGUAGES).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag} selected={tag === values.language}>
              {name}
            </option>
          ))}
        </select>
      </FieldWrapper>
      <Field
        name="time_zone"
        label="Time zone"
        type="text"
        autocomplete="off"
        spellcheck={false}
        list="time-zones"
        value={values.time_zone}
        error={errors.time_zone}
        autofocus={first === 'time_zone'}
        hint="A city will do, such as Lisbon."
      />
      <datalist id="time-zones">
        {timeZones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
