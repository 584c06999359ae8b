import { monogram } from '../brand.ts';
import * as paths from '../paths.ts';

export type ProfileEntry = { label: string; href: string };
export type ProfileMenuProps = { name: string; email: string; entries: ProfileEntry[] };

/** The links about one's own account. `passwords` is false if the deployment has switched them off. */
export function accountEntries(passwords: boolean): ProfileEntry[] {
  const password = { label: 'Update password', href: paths.accountPassword() };
  const devices = { label: 'Devices', href: paths.devices() };
  return passwords ? [password, devices] : [devices];
}

/**
 * A <details>, so that it opens without script; the menu island closes it. The style sheet draws the
 * initials, because as text they would be a second name of the same control.
 */
export function ProfileMenu({ name, email, entries }: ProfileMenuProps) {
  return (
    <details class="profile">
      <summary aria-label={`Your account: ${name || email}`}>
        <span data-initials={monogram(name || email)} />
      </summary>
      <div class="profile-panel">
        <p class="profile-name">
          {name && <strong>{name}</strong>}
          <span class="soft small">{email}</span>
        </p>
        {entries.length > 0 && (
          <ul>
            {entries.map((entry) => (
              <li key={entry.href}>
                <a href={entry.href}>{entry.label}</a>
              </li>
            ))}
          </ul>
        )}
        <form method="post" action={paths.signOut()}>
          <button type="submit">Sign out</button>
        </form>
      </div>
    </details>
  );
}
