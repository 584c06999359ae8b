import { type Device, DeviceList } from '../../components/device-list.tsx';
import { InYourName, type InYourNameProps } from '../../components/in-your-name.tsx';
import { AccountLayout, type AccountShell } from '../../layouts/account.tsx';
import * as paths from '../../paths.ts';
import { counted } from '../../phrases.ts';

export type DevicesPageProps = {
  nonce: string;
  shell: AccountShell;
  now: number;
  devices: (Device & { current: boolean })[];
  /** What strangers did in the visitor's name. */
  inYourName: InYourNameProps;
};

export function DevicesPage({ nonce, shell, now, devices, inYourName }: DevicesPageProps) {
  const others = devices.filter((device) => !device.current);
  const current = devices.filter((device) => device.current);
  return (
    <AccountLayout
      title="Devices"
      nonce={nonce}
      shell={shell}
      lead={`Where you are signed in to ${shell.brand.name}.`}
    >
      <InYourName {...inYourName} />
      <section class="card" aria-label="Signed in on">
        <DeviceList devices={[...current, ...others]} now={now} signOutPath={signOutPath} />
      </section>
      {others.length === 0 ? (
        <p class="soft">No other device is signed in.</p>
      ) : (
        <Others count={others.length} shell={shell} />
      )}
    </AccountLayout>
  );
}

// This device signs out as by the menu, which leads to the sign-in page.
function signOutPath({ id, current }: Device): string {
  return current ? paths.signOut() : paths.endDevice(id);
}

function Others({ count, shell }: { count: number; shell: AccountShell }) {
  return (
    <>
      <p>
        Is one of these not yours? Sign it out
        <PasswordToo shell={shell} />.
      </p>
      <form class="actions sign-out-others" method="post" action={paths.endOtherDevices()}>
        <button class="button destructive" type="submit" aria-describedby="others">
          Sign out all others
        </button>
        <span class="soft small" id="others">
          {counted(count, 'other device')}
        </span>
      </form>
    </>
  );
}

/** The advice to update the password, if the menu offers that. */
function PasswordToo({ shell }: { shell: AccountShell }) {
  const here = shell.entries.some((entry) => entry.href === paths.accountPassword());
  if (!here) return null;
  return (
    <>
      , and if you have a password, <a href={paths.accountPassword()}>update it</a>
    </>
  );
}
