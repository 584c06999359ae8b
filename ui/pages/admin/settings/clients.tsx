import type { AdminShell } from '../../../layouts/admin.tsx';
import { SettingsLayout } from '../../../layouts/settings.tsx';
import * as paths from '../../../paths.ts';

export type ClientPreferencesPageProps = {
  nonce: string;
  shell: AdminShell;
  defaultPortalAccess: boolean;
};

export function ClientPreferencesPage(props: ClientPreferencesPageProps) {
  const { nonce, shell, defaultPortalAccess } = props;
  const here = paths.clientPreferences(shell.workspace.slug);
  return (
    <SettingsLayout shell={shell} title="Client preferences" nonce={nonce} section="preferences">
      <form class="card stack narrow-form" method="post" action={here}>
        <h2>Clients</h2>
        <div class="check">
          <input
            type="checkbox"
            id="default_portal_access"
            name="default_portal_access"
            value="on"
            checked={defaultPortalAccess}
            aria-describedby="default_portal_access-hint"
          />
          <label for="default_portal_access">Portal access on by default for new contacts</label>
          <p class="hint" id="default_portal_access-hint">
            Contacts you already have stay as they are. Nothing is mailed either way.
          </p>
        </div>
        <div class="actions">
          <button class="button primary" type="submit">
            Save
          </button>
        </div>
      </form>
    </SettingsLayout>
  );
}
