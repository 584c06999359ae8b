import type { AppContext } from '../context.ts';
import { type ClientInfo, describeDevice } from '../sessions/device.ts';

/** The browser and the location of a request, in words. Cloudflare derives the location from the IP address. */
export function clientInfo(c: AppContext): ClientInfo {
  return {
    device: describeDevice(c.req.header('user-agent')),
    location: locationOf(c.req.raw.cf),
  };
}

/** City and country, as far as they are known: 'Lisbon, PT'. */
function locationOf(cf: CfProperties | undefined): string {
  const parts = [cf?.city, cf?.country].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  return parts.join(', ');
}
