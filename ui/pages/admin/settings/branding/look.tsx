import { BrandMark } from '../../../../components/brand-mark.tsx';
import { ariaAttributes, FieldError, FieldWrapper } from '../../../../components/field.tsx';
import { ReadableColours } from '../../../../components/readable-colours.tsx';
import type { BrandingPartProps } from './types.ts';

/** The picker has no name, and the accent island shows it: without script it would have no effect. */
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

/** A chosen file is lost when the form is shown again: browsers do not keep it. */
export function LogoField({ workspace, errors, removeLogo, limits, first }: BrandingPartProps) {
  const hint = `PNG, JPEG or WebP, up to ${limits.logoBytes / 1024} KB and ${limits.logoSide} pixels each way. It is shown on white, so a light logo needs a dark background of its own. Without a logo, your initials are shown in your colour.`;
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
      <DarkBackground />
    </>
  );
}

/** Shown by the light-logo island: only the browser decodes the picture. */
function DarkBackground() {
  return (
    <div class="note stack" id="dark-background" role="status" hidden>
      <p>Most of this logo is light, and hard to see on white.</p>
      <div>
        <button class="button quiet" type="button">
          Put it on a dark background
        </button>
      </div>
    </div>
  );
}
