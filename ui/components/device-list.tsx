import { Time } from './time.tsx';

/** A device that is signed in. `how` continues "Signed in": by link, by password. */
export type Device = {
  id: string;
  device: string;
  location: string;
  how: string;
  createdAt: number;
  lastSeenAt: number;
  /** The one that is looking at this page. */
  current?: boolean;
};

export type DeviceListProps = {
  devices: Device[];
  now: number;
  /** Where the button of a device posts to. */
  ending: (device: Device) => string;
};

export function DeviceList({ devices, now, ending }: DeviceListProps) {
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
          <form method="post" action={ending(device)}>
            <button class="button quiet" type="submit">
              Sign out
              {!device.current && <span class="unseen"> {named(device)}</span>}
            </button>
          </form>
        </li>
      ))}
    </ul>
  );
}

function named({ device, location }: Device): string {
  return [device, location].filter((part) => part !== '').join(', ');
}
