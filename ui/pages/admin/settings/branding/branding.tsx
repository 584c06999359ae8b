import { PreviewFrame } from '../../../../components/preview-frame.tsx';
import { ISLANDS } from '../../../../islands.ts';
import type { AdminShell } from '../../../../layouts/admin.tsx';
import { SettingsLayout } from '../../../../layouts/settings.tsx';
import * as paths from '../../../../paths.ts';
import type { SchemeName } from '../../../../theme.ts';
import { BRANDING_FORM, BrandingForm } from './form.tsx';
import type { BrandingFormProps } from './types.ts';

export type BrandingPageProps = {
  nonce: string;
  shell: AdminShell;
  form: Omit<BrandingFormProps, 'workspace'>;
  /** The colour scheme of the previews. */
  scheme: SchemeName;
  /** Whether the form holds values that are not saved. */
  unsaved: boolean;
};

/** Settings → Branding: previews of what clients see, and the form that changes it. */
export function BrandingPage({ nonce, shell, form, scheme, unsaved }: BrandingPageProps) {
  const { workspace } = shell;
  const islands = [ISLANDS.accent, ISLANDS.lightLogo, ISLANDS.darkBackground, ISLANDS.preview];
  const removal: paths.BrandingQuery = form.removeLogo ? { remove_logo: 'on' } : {};
  const draft = unsaved ? { ...form.values, ...removal, scheme } : { scheme };
  return (
    <SettingsLayout
      shell={shell}
      title="Branding"
      nonce={nonce}
      islands={islands}
      section="branding"
    >
      <div class="branding">
        <section class="stack preview" aria-label="Preview">
          <header class="preview-head">
            <div>
              <h2>Preview</h2>
              <p class="soft small">
                {unsaved ? 'Not saved yet. ' : ''}A new logo shows once it is saved. Each mail
                program darkens mails in its own way.
              </p>
            </div>
            <Schemes slug={workspace.slug} scheme={scheme} />
          </header>
          <div class="previews">
            {PREVIEWS.map(({ page, title }) => (
              <PreviewFrame
                key={page}
                title={title}
                src={paths.brandingPreview(workspace.slug, page, draft)}
                follows={paths.brandingPreview(workspace.slug, page)}
              />
            ))}
          </div>
        </section>
        <BrandingForm {...form} workspace={workspace} />
      </div>
    </SettingsLayout>
  );
}

const PREVIEWS: { page: paths.PreviewedPage; title: string }[] = [
  { page: 'sign-in', title: 'Sign-in page' },
  { page: 'portal', title: 'Portal' },
  { page: 'mail', title: 'Sign-in mail' },
];

/** The button asks for this page with the typed values in its address. Nothing is saved. */
function Schemes({ slug, scheme }: { slug: string; scheme: SchemeName }) {
  const schemes = [
    { key: 'light', label: 'Light' },
    { key: 'dark', label: 'Dark' },
  ];
  return (
    <div class="actions">
      <fieldset class="choice" aria-label="Preview in">
        {schemes.map(({ key, label }) => (
          <label key={key}>
            <input
              class="visually-hidden"
              type="radio"
              name="scheme"
              value={key}
              form={BRANDING_FORM}
              checked={key === scheme}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <button
        class="button quiet"
        type="submit"
        form={BRANDING_FORM}
        formmethod="get"
        formaction={paths.branding(slug)}
        formnovalidate
        data-preview-button
      >
        Update the preview
      </button>
    </div>
  );
}
