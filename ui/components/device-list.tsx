import { Time } from './time.tsx';

/** A device that is signed in. */
export type Device = {
  id: string;
  device: string;
  location: string;
  /** Continues "Signed in": "by link", "by password". */
  how: string;
  createdAt: number;
  lastSeenAt: number;
  /** The device that asked for this page. */
  current?: boolean;
};

export type DeviceListProps = {
  devices: Device[];
  now: number;
  /** Where the "Sign out" button of a device posts to. */
  signOutPath: (device: Device) => string;
};

export function DeviceList({ devices, now, signOutPath }: DeviceListProps) {
  return (
    <ul class="devices">
      {devices.map((device) => (
        <li key={device.id}>
          <div>
            <p class="device-name">
              <strong>{device.device}</strong>
              {device.current && <span class="tag tag-on">This device</span>}
            </p>
            <div class="device-facts small">
              {device.location && <p>{device.location}</p>}
              <p class="soft">
                Signed in {device.how} <Time at={device.createdAt} now={now} />
              </p>
              <p class="soft">
                Last seen <Time at={device.lastSeenAt} now={now} />
              </p>
            </div>
          </div>
          <form method="post" action={signOutPath(device)}>
            <button class="button quiet" type="submit">
              Sign out
              {!device.current && <span class="visually-hidden"> {nameOf(device)}</span>}
            </button>
          </form>
        </li>
      ))}
    </ul>
  );
}

function nameOf({ device, location }: Device): string {
  return [device, location].filter((part) => part !== '').join(', ');
}
