import * as paths from '../paths.ts';
import { FieldError } from './field.tsx';

export type AccessSwitchProps = {
  slug: string;
  contactId: string;
  on: boolean;
  descriptions: { on: string; off: string };
  error?: string | undefined;
};

/** A form with one button, which posts the opposite state. The switch island does it without leaving the page. */
export function AccessSwitch({ slug, contactId, on, descriptions, error }: AccessSwitchProps) {
  return (
    <form
      class="switch-row"
      method="post"
      action={paths.contactPortalAccess(slug, contactId)}
      data-switch
    >
      <div>
        <h2 id="portal-access-label">Portal access</h2>
        <p class="soft small" id="portal-access-description">
          <span hidden={!on}>{descriptions.on}</span>
          <span hidden={on}>{descriptions.off}</span>
        </p>
        <FieldError id="portal-access" error={error} />
      </div>
      <input type="hidden" name="enabled" value={on ? 'off' : 'on'} />
      <button
        class="switch"
        type="submit"
        role="switch"
        id="portal-access"
        aria-checked={on ? 'true' : 'false'}
        aria-labelledby="portal-access-label"
        aria-describedby={`portal-access-description${error ? ' portal-access-error' : ''}`}
        autofocus={Boolean(error)}
      />
    </form>
  );
}
