import { BrandMark } from '../../../../components/brand-mark.tsx';
import { ariaAttributes, FieldError, FieldWrapper } from '../../../../components/field.tsx';
import { ReadableColours } from '../../../../components/readable-colours.tsx';
import type { BrandingPartProps } from './form.tsx';

/** The picker has no name and waits for the accent island: without script, it would say nothing. */
export function AccentField({ values, errors, accentColor, first }: BrandingPartProps) {
  return (
    <div class="field">
      <label for="accent_color">Accent colour</label>
      <div class="accent">
        <input
          type="text"
          id="accent_color"
          name="accent_color"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          required
          value={values.accent_color}
          autofocus={first === 'accent_color'}
          {...ariaAttributes({ id: 'accent_color', error: errors.accent_color })}
        />
        <input type="color" aria-label="Colour picker" value={accentColor} hidden />
      </div>
      <FieldError id="accent_color" error={errors.accent_color} />
      <ReadableColours accentColor={accentColor} />
    </div>
  );
}

/** What is chosen here never comes back with the form: a browser keeps no file. */
export function LogoField({ workspace, errors, removeLogo, limits, first }: BrandingPartProps) {
  const hint = `PNG, JPEG or WebP, up to ${limits.logoBytes / 1024} KB and ${limits.logoSide} pixels each way. It stands on white: a light logo wants a dark ground of its own. Without a logo, initials stand in your colour.`;
  return (
    <>
      {workspace.logoHash !== null && (
        <div class="logo-now">
          <BrandMark of={workspace} />
          <div class="check">
            <input
              type="checkbox"
              id="remove_logo"
              name="remove_logo"
              value="on"
              checked={removeLogo}
            />
            <label for="remove_logo">Remove this logo</label>
          </div>
        </div>
      )}
      <FieldWrapper
        id="logo"
        label={workspace.logoHash === null ? 'Logo' : 'Another logo'}
        hint={hint}
        error={errors.logo}
      >
        <input
          type="file"
          id="logo"
          name="logo"
          accept="image/png,image/jpeg,image/webp"
          data-most={limits.logoBytes}
          autofocus={first === 'logo'}
          {...ariaAttributes({ id: 'logo', hint, error: errors.logo })}
        />
      </FieldWrapper>
      <DarkGround />
    </>
  );
}

/** Shown by the ground island, which alone can see what is in a picture. */
function DarkGround() {
  return (
    <div class="note stack" id="logo-ground" role="status" hidden>
      <p>Most of this logo is light, and hard to see on white.</p>
      <div>
        <button class="button quiet" type="button">
          Put it on a dark ground
        </button>
      </div>
    </div>
  );
}
