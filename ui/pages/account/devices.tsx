import { type Device, DeviceList } from '../../components/device-list.tsx';
import { counted } from '../../components/words.ts';
import { AccountLayout, type AccountShell } from '../../layouts/account.tsx';
import * as paths from '../../paths.ts';

export type DevicesPageProps = {
  nonce: string;
  account: AccountShell;
  now: number;
  devices: (Device & { current: boolean })[];
};

export function DevicesPage({ nonce, account, now, devices }: DevicesPageProps) {
  const others = devices.filter((device) => !device.current);
  const current = devices.filter((device) => device.current);
  return (
    <AccountLayout
      title="Devices"
      nonce={nonce}
      account={account}
      lead={`Where you are signed in to ${account.brand.name}.`}
    >
      <section class="sheet" aria-label="Signed in on">
        <DeviceList devices={[...current, ...others]} now={now} ending={endOf} />
      </section>
      {others.length === 0 ? (
        <p class="soft">No other device is signed in.</p>
      ) : (
        <Others count={others.length} account={account} />
      )}
    </AccountLayout>
  );
}

/** Leaving on this device is the same everywhere: it ends at the sign-in page. */
function endOf({ id, current }: Device): string {
  return current ? paths.signOut() : paths.endDevice(id);
}

function Others({ count, account }: { count: number; account: AccountShell }) {
  return (
    <>
      <p>
        Don’t know one of these? Sign it out
        <PasswordToo account={account} />.
      </p>
      <form class="actions ending" method="post" action={paths.endOtherDevices()}>
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

/** Only where there are passwords: the menu then offers them too. */
function PasswordToo({ account }: { account: AccountShell }) {
  const here = account.entries.some((entry) => entry.href === paths.accountPassword());
  if (!here) return null;
  return (
    <>
      , and if you have a password, <a href={paths.accountPassword()}>update it</a>
    </>
  );
}
