import { BrandMark } from '../../../../components/brand-mark.tsx';
import { described, FieldError, FieldFrame } from '../../../../components/field.tsx';
import { ReadableColours } from '../../../../components/readable-colours.tsx';
import type { BrandingPartProps } from './types.ts';

/** The picker has no name and is hidden: the accent island shows it, and copies its colour into the field. */
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
          {...described({ id: 'accent_color', error: errors.accent_color })}
        />
        <input type="color" aria-label="Colour picker" value={accentColor} hidden />
      </div>
      <FieldError id="accent_color" error={errors.accent_color} />
      <ReadableColours accentColor={accentColor} />
    </div>
  );
}

/** A file that was chosen here is not in a form that comes back, because a browser does not keep it. */
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
      <FieldFrame
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
          {...described({ id: 'logo', hint, error: errors.logo })}
        />
      </FieldFrame>
      <DarkGround />
    </>
  );
}

/** Hidden until the ground island finds that the picture is light. */
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
