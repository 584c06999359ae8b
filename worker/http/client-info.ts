import type { AppContext } from '../context.ts';
import { describeDevice } from '../sessions/device.ts';
import type { ClientInfo } from '../sessions/start.ts';

/** The browser and place of a request, in words for a person. */
export function clientInfo(c: AppContext): ClientInfo {
  return {
    device: describeDevice(c.req.header('user-agent')),
    location: whereabouts(c.req.raw.cf),
  };
}

function whereabouts(cf: CfProperties | undefined): string {
  const parts = [cf?.city, cf?.country].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  return parts.join(', ');
}
